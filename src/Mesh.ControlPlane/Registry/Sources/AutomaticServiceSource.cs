using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Makes services for processes that registered under a name that no resource defines.</summary>
internal static class AutomaticServiceSource
{
    private const int HttpDefaultPort = 80;

    /// <param name="hostname">The full name of the service.</param>
    /// <param name="instances">Its processes, one at least, in a stable order.</param>
    public static ServiceDraft Service(string hostname, IReadOnlyList<WorkloadInstance> instances)
    {
        var ports = PortsOf(instances);
        var service = new Service
        {
            Hostname = hostname,
            Namespace = instances[0].Namespace,
            Name = instances[0].ServiceName,
            Ports = ports,
            Resolution = ServiceResolution.Static,
        };

        // Port 80 may share its name, hence its endpoints, with the port it stands for.
        var targets = ports.DistinctBy(port => port.Name, StringComparer.Ordinal).Select(port => new TargetPort(port, "", port.Number));
        return new ServiceDraft(service, ServiceDraft.EndpointsOf(targets, [.. instances.Select(Workload.Of)]));
    }

    private static ImmutableArray<ServicePort> PortsOf(IReadOnlyList<WorkloadInstance> instances)
    {
        var ports = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var instance in instances)
        {
            foreach (var (name, number) in instance.ServicePorts.Count > 0 ? instance.ServicePorts : instance.Ports)
            {
                ports.TryAdd(name, number);
            }
        }

        var result = ports
            .DistinctBy(port => port.Value)
            .Select(port => new ServicePort(port.Value, port.Key, ProtocolSelection.OfPort(port.Key, "", "TCP")))
            .ToImmutableArray();

        // So that http://name/ works although the process listens on any free port.
        var web = result.FirstOrDefault(port => port.Protocol.IsHttp()) ?? (result.Length == 1 ? result[0] : null);
        return web is null || result.Any(port => port.Number == HttpDefaultPort)
            ? result
            : result.Add(web with { Number = HttpDefaultPort });
    }
}
