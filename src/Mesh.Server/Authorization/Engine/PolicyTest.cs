using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Conditions;

namespace Mesh.Server.Authorization.Engine;

/// <summary>A policy ready to be tested.</summary>
internal sealed class PolicyTest(RbacPolicy policy)
{
    private readonly RequestTest _permissions = TestCompiler.Any(policy.Permissions);
    private readonly RequestTest _principals = TestCompiler.Any(policy.Principals);

    public RbacPolicy Source => policy;

    public bool Matches(ref RequestFacts facts)
    {
        var floor = facts.Refuses ? Truth.Unknown : Truth.True;
        return _permissions.Test(ref facts) >= floor && _principals.Test(ref facts) >= floor;
    }
}
