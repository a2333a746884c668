using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Authorization.Engine;

/// <summary>The policies of one filter, ready for requests.</summary>
internal sealed class FilterRules
{
    public FilterRules(AuthorizationFilter filter)
    {
        Filter = filter;
        Rules = Compile(filter.Rules);
        Shadow = Compile(filter.Shadow);
    }

    public AuthorizationFilter Filter { get; }

    /// <summary>Null: nothing is enforced.</summary>
    public PolicySet? Rules { get; }

    /// <summary>Dry-run policies; null for none.</summary>
    public PolicySet? Shadow { get; }

    /// <summary>Decides by the policies that are in force.</summary>
    public Decision Decide(ref RequestFacts facts) => Decide(Rules, ref facts);

    /// <summary>What the dry-run policies would decide.</summary>
    public Decision DecideShadow(ref RequestFacts facts) => Decide(Shadow, ref facts);

    private static Decision Decide(PolicySet? policies, ref RequestFacts facts)
    {
        if (policies is null)
        {
            return Decision.Allowed;
        }

        var found = policies.Find(ref facts);
        return policies.Action switch
        {
            RbacAction.Deny => new Decision(IsAllowed: found is null, found),
            RbacAction.Allow => new Decision(IsAllowed: found is not null, found),
            _ => new Decision(IsAllowed: true, found),
        };
    }

    // That an external authorizer is asked is to the request's disadvantage, whatever action the rules name; what is only written down is not missed.
    private PolicySet? Compile(RbacRules? rules) =>
        rules is null ? null : new PolicySet(rules, refuses: Filter is ExternalAuthorization || rules.Action is not RbacAction.Allow);
}
