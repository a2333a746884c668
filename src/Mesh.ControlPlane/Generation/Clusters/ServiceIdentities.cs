using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Tells under which identities the processes of a service serve.</summary>
internal static class ServiceIdentities
{
    /// <summary>What the operator names; otherwise the SPIFFE id of each service account, of all subsets and ports, sorted.</summary>
    public static IEnumerable<string> Of(GenerationContext context, ResolvedService service, IReadOnlyCollection<string> named)
    {
        if (named.Count > 0)
        {
            return named;
        }

        // Whatever its state: a process that becomes ready must not wait for a new cluster.
        return context.State.Registry.Endpoints.GetValueOrDefault(service.Service.Hostname, [])
            .Where(endpoint => endpoint.ServiceAccount.Length > 0)
            .Select(endpoint => $"spiffe://{context.Settings.TrustDomain}/ns/{endpoint.Namespace}/sa/{endpoint.ServiceAccount}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }
}
