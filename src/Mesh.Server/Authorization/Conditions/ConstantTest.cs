using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>Holds always.</summary>
internal sealed class ConstantTest : RequestTest
{
    public override Truth Test(ref RequestFacts facts) => Truth.True;
}
