using Mesh.ControlPlane.Config.Istio.Networking;
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

    /// <summary>What the operator names for clients; otherwise the SPIFFE id of each service account, of all subsets and ports, and what the ServiceEntry names, sorted.</summary>
    public static IEnumerable<string> Of(GenerationContext context, ResolvedService service, IReadOnlyCollection<string> named)
    {
        if (named.Count > 0)
        {
            return named;
        }

        // Whatever its state: a process that becomes ready must not wait for a new cluster.
        return context.State.Registry.EndpointsOf(service.Service)
            .Where(endpoint => endpoint.ServiceAccount.Length > 0)
            .Select(endpoint => $"spiffe://{context.Settings.TrustDomain}/ns/{endpoint.Namespace}/sa/{endpoint.ServiceAccount}")
            .Concat(service.Service.SubjectAltNames)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }
}
