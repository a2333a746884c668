using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>A service with the endpoints that its own resource leads to, before conflicts are settled.</summary>
internal sealed record ServiceDraft(Service Service, ImmutableArray<ServiceEndpoint> Endpoints)
{
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
