using System.Globalization;
using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Annotations;
using Mesh.Protocol.Envoy.Rbac;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Writes AuthorizationPolicies into a set of RBAC policies, one for each rule.</summary>
internal static class PolicyRules
{
    /// <summary>Null without policies: then there is nothing to enforce, not even an empty ALLOW.</summary>
    public static RBAC? Of(InboundTarget target, IReadOnlyCollection<ConfigResource<AuthorizationPolicy>> policies, RBAC.Types.Action action)
    {
        if (policies.Count == 0)
        {
            return null;
        }

        var rules = new RBAC { Action = action };
        foreach (var policy in policies)
        {
            Add(target, policy, rules);
        }

        return rules;
    }

    private static void Add(InboundTarget target, ConfigResource<AuthorizationPolicy> policy, RBAC rules)
    {
        var context = target.Context;
        var scope = new RuleScope
        {
            Allows = rules.Action == RBAC.Types.Action.Allow,
            IsTcp = target.IsTcp,
            Kind = context.Client.Kind,
            Namespace = policy.Namespace,
            TrustDomains = context.Settings.TrustDomains,
            PathsAreRoutes = MatchPathsAnnotation.IsRoute(policy.Resource.Annotations),
        };
        for (var number = 0; number < policy.Spec.Rules.Count; number++)
        {
            if (RuleTranslator.Translate(scope, policy.Spec.Rules[number], out var isIncomplete) is { } rule)
            {
                rules.Policies.Add(Unique(rules, NameOf(context, policy, number)), rule);
            }

            if (isIncomplete)
            {
                Tell(target, policy, number, scope);
            }
        }
    }

    // istiod's names for gRPC's own servers can be alike ("b-c" of namespace "a" and "c" of "a-b"), and none may take the place of another.
    private static string Unique(RBAC rules, string name)
    {
        while (rules.Policies.ContainsKey(name))
        {
            name += "'";
        }

        return name;
    }

    // istiod's names: those of sidecars, and those of gRPC's own servers.
    private static string NameOf(GenerationContext context, ConfigResource<AuthorizationPolicy> policy, int rule) => context.IsProxylessGrpc
        ? string.Create(CultureInfo.InvariantCulture, $"{policy.Namespace}-{policy.Resource.Id.Name}-{rule}")
        : string.Create(CultureInfo.InvariantCulture, $"ns[{policy.Namespace}]-policy[{policy.Resource.Id.Name}]-rule[{rule}]");

    private static void Tell(InboundTarget target, ConfigResource<AuthorizationPolicy> policy, int rule, RuleScope scope)
    {
        var lacking = scope.IsTcp ? string.Create(CultureInfo.InvariantCulture, $"the TCP port {target.Port} has not")
            : scope.IsProxylessGrpc ? "gRPC's own servers do not know"
            : "the mesh does not know";
        target.Context.Notices.LeftOut(
            policy.Resource.Id,
            string.Create(CultureInfo.InvariantCulture, $"conditions in rule {rule} that {lacking}"),
            scope.Allows ? "what asks for them allows nothing there" : "they are left out there, and the rule matches more");
    }
}
