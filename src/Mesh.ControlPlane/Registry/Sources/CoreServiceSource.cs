using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Kubernetes.Core;
using Mesh.ControlPlane.Registry.Networks;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Makes a service from a core Service.</summary>
internal static class CoreServiceSource
{
    private const string ExportToAnnotation = "networking.istio.io/exportTo";
    private const string Headless = "None";
    private const string ExternalNameType = "ExternalName";

    public static ServiceDraft Service(Resource resource, ServiceSpec spec, string clusterDomain, IReadOnlyList<Workload> workloads)
    {
        var targets = spec.Ports.Select(TargetOf).ToImmutableArray();
        var external = spec.Type == ExternalNameType;
        var service = new Service
        {
            Hostname = $"{resource.Id.Name}.{resource.Id.Namespace}.svc.{clusterDomain}".ToLowerInvariant(),
            Namespace = resource.Id.Namespace,
            Name = resource.Id.Name,
            Ports = [.. targets.Select(target => target.Port)],
            Addresses = AddressesOf(spec),
            Resolution = external ? ServiceResolution.Dns : ServiceResolution.Static,
            ExportTo = ExportToOf(resource),
            SessionCookie = resource.Labels.GetValueOrDefault(Registry.Service.SessionLabel, ""),
            CreationTimestamp = resource.CreationTimestamp,
            IngressAddresses = IngressOf(resource),
            GatewayNetwork = resource.Labels.GetValueOrDefault(NetworkGateway.NetworkLabel, ""),
            GatewayPort = int.TryParse(resource.Labels.GetValueOrDefault(NetworkGateway.PortLabel), System.Globalization.CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : NetworkGateway.DefaultPort,
        };
        return new ServiceDraft(service, external ? ServiceDraft.EndpointsOf(targets, [ExternalName(resource, spec)]) : EndpointsOf(resource, spec, workloads));
    }

    /// <summary>Of the workloads that its selector, or their own registration, puts behind the service.</summary>
    public static ImmutableArray<ServiceEndpoint> EndpointsOf(Resource resource, ServiceSpec spec, IReadOnlyList<Workload> workloads) =>
        spec.Type == ExternalNameType
            ? []
            : ServiceDraft.EndpointsOf(spec.Ports.Select(TargetOf), [.. workloads.Where(workload => IsBehind(resource, spec, workload))]);

    private static bool IsBehind(Resource resource, ServiceSpec spec, Workload workload) =>
        workload.Namespace == resource.Id.Namespace
        && (spec.Selector.Count > 0 ? workload.IsSelectedBy(spec.Selector) : workload.ServiceName == resource.Id.Name);

    private static Workload ExternalName(Resource resource, ServiceSpec spec) => new()
    {
        Namespace = resource.Id.Namespace,
        Name = "",
        ServiceAccount = "",
        Labels = ImmutableSortedDictionary<string, string>.Empty,
        Address = spec.ExternalName,
        Ports = ImmutableSortedDictionary<string, int>.Empty,
        Locality = "",
        HasAllPorts = false,
    };

    private static TargetPort TargetOf(Config.Kubernetes.Core.ServicePort port)
    {
        // A Service with one port may leave its name out; the number keeps endpoints apart all the same.
        var name = port.Name.Length > 0 ? port.Name : port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new TargetPort(
            new ServicePort(port.Port, name, ProtocolSelection.OfPort(port.Name, port.AppProtocol, port.Protocol)),
            port.TargetPort?.StrVal ?? "",
            port.TargetPort is { IntVal: > 0 } target ? target.IntVal : port.Port);
    }

    private static ImmutableArray<string> AddressesOf(ServiceSpec spec) =>
    [
        .. spec.ClusterIps.Prepend(spec.ClusterIp)
            .Where(address => address.Length > 0 && address != Headless)
            .Distinct(StringComparer.Ordinal),
    ];

    // As Kubernetes shows them, whoever set them: of a load balancer, else by hand.
    private static ImmutableArray<string> IngressOf(Resource resource)
    {
        var balancers = resource.Document.Field("status", "loadBalancer").Items("ingress")
            .Select(ingress => ingress.Text("ip") is { Length: > 0 } ip ? ip : ingress.Text("hostname"));
        var external = resource.Document.Field("spec").Items("externalIPs").Select(address => address.Text());
        return [.. balancers.Concat(external).Where(address => address.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> ExportToOf(Resource resource) =>
        resource.Annotations.TryGetValue(ExportToAnnotation, out var value)
            ? [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : [];
}
