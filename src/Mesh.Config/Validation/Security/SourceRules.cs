using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>Who a rule is about.</summary>
internal static class SourceRules
{
    public static void Check(FieldScope scope, Source source)
    {
        scope.Require(source.CalculateSize() > 0, "must say something; remove the source to mean everyone");
        scope.Require(
            source.ServiceAccounts.Count + source.NotServiceAccounts.Count == 0
            || source.Principals.Count + source.NotPrincipals.Count + source.Namespaces.Count + source.NotNamespaces.Count == 0,
            "cannot set serviceAccounts with namespaces or principals");
        ValueListRules.NotEmpty(scope, "principals", source.Principals);
        ValueListRules.NotEmpty(scope, "notPrincipals", source.NotPrincipals);
        ValueListRules.NotEmpty(scope, "requestPrincipals", source.RequestPrincipals);
        ValueListRules.NotEmpty(scope, "notRequestPrincipals", source.NotRequestPrincipals);
        ValueListRules.NotEmpty(scope, "namespaces", source.Namespaces);
        ValueListRules.NotEmpty(scope, "notNamespaces", source.NotNamespaces);
        ValueListRules.Addresses(scope, "ipBlocks", source.IpBlocks);
        ValueListRules.Addresses(scope, "notIpBlocks", source.NotIpBlocks);
        ValueListRules.Addresses(scope, "remoteIpBlocks", source.RemoteIpBlocks);
        ValueListRules.Addresses(scope, "notRemoteIpBlocks", source.NotRemoteIpBlocks);
        ValueListRules.ServiceAccounts(scope, "serviceAccounts", source.ServiceAccounts);
        ValueListRules.ServiceAccounts(scope, "notServiceAccounts", source.NotServiceAccounts);
        ValueListRules.TrustDomains(scope, "trustDomains", source.TrustDomains);
        ValueListRules.TrustDomains(scope, "notTrustDomains", source.NotTrustDomains);
    }
}
