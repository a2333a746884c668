using Mesh.Config.Istio.Security;
using Mesh.Protocol.Envoy.Rbac;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Turns one rule of an AuthorizationPolicy into a policy of Envoy's RBAC, in istiod's order of terms.</summary>
internal static class RuleTranslator
{
    /// <summary>Null when an ALLOW rule asks for something that cannot be said: such a rule matches nothing.</summary>
    /// <param name="scope">How it is written.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="isIncomplete">Whether a condition was left out.</param>
    public static Policy? Translate(RuleScope scope, Rule rule, out bool isIncomplete)
    {
        var operations = rule.To.Count == 0 ? [new Operation()] : rule.To.Select(to => to.Operation ?? new Operation());
        var sources = rule.From.Count == 0 ? [new Source()] : rule.From.Select(from => from.Source ?? new Source());
        var permissions = operations.Select(operation => Terms(scope, operation, rule)).ToArray();
        var principals = sources.Select(source => Terms(scope, source, rule)).ToArray();
        isIncomplete = permissions.Any(terms => terms.IsIncomplete) || principals.Any(terms => terms.IsIncomplete);

        // A choice that cannot be said goes alone; the others still hold.
        var policy = new Policy
        {
            Permissions = { permissions.Where(terms => !terms.NeverMatches).Select(terms => Permissions.AllOf(terms.Terms)) },
            Principals = { principals.Where(terms => !terms.NeverMatches).Select(terms => Principals.AllOf(terms.Terms)) },
        };
        return policy.Permissions.Count > 0 && policy.Principals.Count > 0 ? policy : null;
    }

    private static AttributeTerms<Permission> Terms(RuleScope scope, Operation operation, Rule rule)
    {
        var terms = new AttributeTerms<Permission>(scope.Allows, Permissions.AnyOf, Permissions.Not);
        var translator = new PermissionTranslator(scope);
        terms.Add(operation.Hosts, operation.NotHosts, translator.Host);
        terms.Add(operation.Methods, operation.NotMethods, translator.Method);
        terms.Add(operation.Paths, operation.NotPaths, translator.Path);
        terms.Add(operation.Ports, operation.NotPorts, translator.Port);
        foreach (var condition in rule.When)
        {
            if (translator.For(condition.Key) is { } translate)
            {
                terms.Add(condition.Values, condition.NotValues, translate);
            }
        }

        return terms;
    }

    private static AttributeTerms<Principal> Terms(RuleScope scope, Source source, Rule rule)
    {
        var terms = new AttributeTerms<Principal>(scope.Allows, Principals.AnyOf, Principals.Not);
        var (peers, requests) = (new PeerTranslator(scope), new RequestTranslator(scope));
        terms.Add(scope.TrustDomains.Expand(source.Principals), scope.TrustDomains.Expand(source.NotPrincipals), PeerTranslator.Principal);
        terms.Add(source.RequestPrincipals, source.NotRequestPrincipals, requests.Principal);
        terms.Add(source.ServiceAccounts, source.NotServiceAccounts, peers.ServiceAccount);
        terms.Add(source.Namespaces, source.NotNamespaces, PeerTranslator.Namespace);
        terms.Add(scope.TrustDomains.ExpandNames(source.TrustDomains), scope.TrustDomains.ExpandNames(source.NotTrustDomains), PeerTranslator.TrustDomain);
        terms.Add(source.RemoteIpBlocks, source.NotRemoteIpBlocks, PeerTranslator.RemoteAddress);
        terms.Add(source.IpBlocks, source.NotIpBlocks, PeerTranslator.Address);
        foreach (var condition in rule.When)
        {
            AddCondition(scope, terms, condition, peers, requests);
        }

        return terms;
    }

    private static void AddCondition(RuleScope scope, AttributeTerms<Principal> terms, Condition condition, PeerTranslator peers, RequestTranslator requests)
    {
        switch (condition.Key)
        {
            case "source.principal":
                terms.Add(scope.TrustDomains.Expand(condition.Values), scope.TrustDomains.Expand(condition.NotValues), PeerTranslator.Principal);
                break;
            case "source.trustDomain":
                terms.Add(scope.TrustDomains.ExpandNames(condition.Values), scope.TrustDomains.ExpandNames(condition.NotValues), PeerTranslator.TrustDomain);
                break;
            case var key when !PermissionTranslator.Knows(key):
                // An attribute that nobody knows is one that cannot be said.
                terms.Add(condition.Values, condition.NotValues, peers.For(key) ?? requests.For(key) ?? (static _ => null));
                break;
        }
    }
}
