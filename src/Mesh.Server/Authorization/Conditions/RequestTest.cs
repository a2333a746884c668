using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>A condition ready to be tested; immutable.</summary>
internal abstract class RequestTest
{
    public abstract Truth Test(ref RequestFacts facts);

    protected static Truth Of(bool holds) => holds ? Truth.True : Truth.False;

    protected static Truth Opposite(Truth truth) => (Truth)((byte)Truth.True - (byte)truth);
}
