using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The opposite of a condition; of one that is unknown, nothing is known either.</summary>
internal sealed class NotTest(RequestTest item) : RequestTest
{
    public override Truth Test(ref RequestFacts facts) => Opposite(item.Test(ref facts));
}
