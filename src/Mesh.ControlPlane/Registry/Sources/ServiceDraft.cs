using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>A service with the endpoints that its own resource leads to, before conflicts are settled.</summary>
internal sealed record ServiceDraft(Service Service, ImmutableArray<ServiceEndpoint> Endpoints)
{
    /// <summary>The core Service of another registry behind which workloads of this mesh may be; null for all else.</summary>
    public Resource? Selecting { get; init; }

    /// <summary>The ports and endpoints of both; a port number and a port name are the older's.</summary>
    public ServiceDraft MergedWith(ServiceDraft younger)
    {
        var added = younger.Service.Ports.Where(port => Service.Ports.All(own => own.Number != port.Number && own.Name != port.Name)).ToImmutableArray();
        var names = Service.Ports.Concat(added).Select(port => port.Name).ToHashSet(StringComparer.Ordinal);
        return new ServiceDraft(
            Service with { Ports = Service.Ports.AddRange(added) },
            [.. Endpoints, .. younger.Endpoints.Where(endpoint => names.Contains(endpoint.ServicePortName))]);
    }

    /// <summary>Endpoints of every port of every workload.</summary>
    public static ImmutableArray<ServiceEndpoint> EndpointsOf(IEnumerable<TargetPort> ports, IReadOnlyCollection<Workload> workloads)
    {
        var endpoints = ImmutableArray.CreateBuilder<ServiceEndpoint>();
        foreach (var port in ports)
        {
            foreach (var workload in workloads)
            {
                if (port.In(workload) is { } number)
                {
                    endpoints.Add(workload.ToEndpoint(number, port.Port.Name));
                }
            }
        }

        return endpoints.ToImmutable();
    }
}
