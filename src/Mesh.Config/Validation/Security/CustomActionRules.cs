using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>What a rule that asks an external authorizer cannot depend on: identities (Istio).</summary>
internal static class CustomActionRules
{
    public static void Check(FieldScope scope, Rule rule)
    {
        scope.Each("from", rule.From, static (item, from) =>
        {
            if (from.Source is { } source)
            {
                Refuse(item.Field("source"), source);
            }
        });
        scope.Each("when", rule.When, static (item, condition) => item.Field("key").Require(
            condition.Key is not ("source.namespace" or "source.serviceAccount" or "source.trustDomain" or "source.principal")
            && !condition.Key.StartsWith("request.auth.", StringComparison.Ordinal),
            $"{condition.Key} is not supported with the action CUSTOM"));
    }

    private static void Refuse(FieldScope scope, Source source)
    {
        foreach (var (field, values) in new[]
        {
            ("namespaces", source.Namespaces), ("notNamespaces", source.NotNamespaces),
            ("serviceAccounts", source.ServiceAccounts), ("notServiceAccounts", source.NotServiceAccounts),
            ("trustDomains", source.TrustDomains), ("notTrustDomains", source.NotTrustDomains),
            ("principals", source.Principals), ("notPrincipals", source.NotPrincipals),
            ("requestPrincipals", source.RequestPrincipals), ("notRequestPrincipals", source.NotRequestPrincipals),
        })
        {
            scope.Field(field).Require(values.Count == 0, $"{field} is not supported with the action CUSTOM");
        }
    }
}
