using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Tells under which identities the processes of a service serve.</summary>
internal static class ServiceIdentities
{
    /// <summary>A rule without names takes those of the ServiceEntry (Istio), unless it verifies nothing.</summary>
    public static ClientTLSSettings Complete(ClientTLSSettings tls, ResolvedService service)
    {
        if (tls.SubjectAltNames.Count > 0 || service.Service.SubjectAltNames.IsEmpty || tls.InsecureSkipVerify == true)
        {
            return tls;
        }

        var result = tls.Clone();
        result.SubjectAltNames.AddRange(service.Service.SubjectAltNames);
        return result;
    }

    /// <summary>
    /// What the operator names for clients; otherwise the SPIFFE id of each service account, of all subsets and ports and in each of the mesh's trust domains,
    /// and what the ServiceEntry names, sorted. Never empty: clients would take that for anybody.
    /// </summary>
    public static IEnumerable<string> Of(GenerationContext context, ResolvedService service, IReadOnlyCollection<string> named)
    {
        if (named.Count > 0)
        {
            return named;
        }

        // Whatever its state: a process that becomes ready must not wait for a new cluster.
        var accounts = context.State.Registry.EndpointsOf(service.Service)
            .Where(endpoint => endpoint.ServiceAccount.Length > 0)
            .Select(endpoint => (endpoint.Namespace, endpoint.ServiceAccount))
            .Distinct();
        // The workloads of a mesh that changes its name have certificates of the old and of the new one (istiod expands them alike).
        return accounts
            .SelectMany(account => context.Settings.AccountDomains.Select(domain => $"spiffe://{domain}/ns/{account.Namespace}/sa/{account.ServiceAccount}"))
            .Concat(service.Service.SubjectAltNames)
            .DefaultIfEmpty(Nobody(context, service))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>An id that no certificate can carry, as it ends in a slash (SPIFFE-ID 2.2): as long as no workload is known, none is believed.</summary>
    private static string Nobody(GenerationContext context, ResolvedService service) =>
        $"spiffe://{context.Settings.TrustDomain}/ns/{service.Service.Namespace}/sa/";
}
