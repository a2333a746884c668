using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Annotations;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Makes services from ServiceEntries: one for every host.</summary>
internal static class ServiceEntrySource
{
    public static IEnumerable<ServiceDraft> Services(Resource resource, ServiceEntry entry, IReadOnlyList<Workload> workloads)
    {
        var targets = entry.Ports.Select(TargetOf).ToImmutableArray();
        foreach (var host in entry.Hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var service = new Service
            {
                Hostname = host.ToLowerInvariant(),
                Namespace = resource.Id.Namespace,
                Name = host.ToLowerInvariant(),
                Ports = [.. targets.Select(target => target.Port)],
                Addresses = [.. entry.Addresses],
                Resolution = ResolutionOf(entry.Resolution),
                ExportTo = [.. entry.ExportTo],
                SubjectAltNames = [.. entry.SubjectAltNames],
                IsExternal = entry.Location == ServiceEntry.Types.Location.MeshExternal,
                SessionCookie = resource.Labels.GetValueOrDefault(Registry.Service.SessionLabel, ""),
                CreationTimestamp = resource.CreationTimestamp,
                HealthCheck = HealthCheckAnnotation.Read(resource.Annotations),
            };
            yield return new ServiceDraft(service, EndpointsOf(resource, entry, service, targets, workloads));
        }
    }

    private static ImmutableArray<ServiceEndpoint> EndpointsOf(
        Resource resource, ServiceEntry entry, Service service, ImmutableArray<TargetPort> targets, IReadOnlyList<Workload> workloads)
    {
        if (service.Resolution == ServiceResolution.None)
        {
            return [];
        }

        if (entry.WorkloadSelector is { Labels.Count: > 0 } selector)
        {
            return ServiceDraft.EndpointsOf(
                targets,
                [.. workloads.Where(workload => workload.Namespace == resource.Id.Namespace && workload.IsSelectedBy(selector.Labels))]);
        }

        if (entry.Endpoints.Count > 0)
        {
            return ServiceDraft.EndpointsOf(targets, [.. entry.Endpoints.Select(endpoint => Inline(resource, endpoint))]);
        }

        // Istio: DNS resolution without endpoints resolves the host itself, which a wildcard cannot be.
        return service.Resolution is ServiceResolution.Dns or ServiceResolution.DnsRoundRobin && !service.Hostname.StartsWith('*')
            ? ServiceDraft.EndpointsOf(targets, [Inline(resource, new WorkloadEntry { Address = service.Hostname })])
            : [];
    }

    private static Workload Inline(Resource resource, WorkloadEntry endpoint) =>
        Workload.Of(resource.Id, ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal), endpoint) with { Name = "" };

    private static TargetPort TargetOf(Config.Istio.Networking.ServicePort port)
    {
        var protocol = ProtocolSelection.Parse(port.Protocol);
        return new TargetPort(
            new ServicePort(
                (int)port.Number,
                port.Name,
                protocol == ServiceProtocol.Unspecified ? ProtocolSelection.OfPort(port.Name, "", "TCP") : protocol),
            "",
            (int)(port.TargetPort > 0 ? port.TargetPort : port.Number));
    }

    private static ServiceResolution ResolutionOf(ServiceEntry.Types.Resolution resolution) => resolution switch
    {
        ServiceEntry.Types.Resolution.Static => ServiceResolution.Static,
        ServiceEntry.Types.Resolution.Dns => ServiceResolution.Dns,
        ServiceEntry.Types.Resolution.DnsRoundRobin or
        ServiceEntry.Types.Resolution.DynamicDns => ServiceResolution.DnsRoundRobin,
        _ => ServiceResolution.None,
    };
}
