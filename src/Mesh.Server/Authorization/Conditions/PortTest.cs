using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The request came in at one of a range of ports.</summary>
internal sealed class PortTest(int first, int last) : RequestTest
{
    public override Truth Test(ref RequestFacts facts) => Of(facts.Port >= first && facts.Port <= last);
}
