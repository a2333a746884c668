using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;
using EgressPolicy = Mesh.Config.Istio.Networking.OutboundTrafficPolicy;

namespace Mesh.ControlPlane.Generation.Scoping;

/// <summary>What of the mesh a client sees, and what happens to the rest of its requests: its Sidecar, or everything when there is none.</summary>
internal sealed class EgressScope
{
    private readonly ImmutableArray<EgressListener> _listeners;
    private readonly FrozenSet<string> _destinations;
    private readonly EgressPolicy? _policy;
    private readonly MeshSettings _settings;
    private readonly string _clusterDomain;

    /// <param name="sidecar">The one that holds for the client; null when none does.</param>
    /// <param name="client">Whose scope it is.</param>
    /// <param name="index">VirtualServices, whose destinations may be reached wherever they are (istiod).</param>
    public EgressScope(Sidecar? sidecar, ClientView client, ConfigIndex index)
    {
        _settings = index.Settings;
        _clusterDomain = ShortNames.ClusterDomain(client.DnsDomain);
        _policy = sidecar?.OutboundTrafficPolicy;
        IsEverything = sidecar is null or { Egress.Count: 0 };
        _listeners = IsEverything ? [] : [.. sidecar!.Egress.Select(egress => new EgressListener(egress, client.Namespace))];
        _destinations = IsEverything ? [] : DestinationsOf(index, client.Namespace);
    }

    /// <summary>Nothing is left out.</summary>
    public bool IsEverything { get; }

    /// <summary>Whether requests for what is not in sight pass.</summary>
    public bool AllowsAny => _policy is null ? _settings.AllowsAny : _policy.Mode == EgressPolicy.Types.Mode.AllowAny;

    /// <summary>Takes the requests that pass; null when they go to their own host.</summary>
    public Destination? EgressProxy => AllowsAny ? _policy?.EgressProxy : null;

    /// <summary>Whether the client may call a service at a port; at any of its ports when there is none.</summary>
    public bool Imports(Service service, int? port) =>
        IsEverything || (port is { } number
            ? ListenerOf(number)?.Hosts.HoldsService(service.Namespace, service.Hostname) == true
            : service.Ports.Any(own => Imports(service, own.Number)));

    /// <summary>Whether the client follows a VirtualService at a port.</summary>
    public bool Imports(ConfigResource<VirtualService> service, int port) =>
        IsEverything || (ListenerOf(port) is { } listener && Imports(service, listener));

    /// <summary>Whether a route of the client may lead to a service: imported, or a destination of what is imported.</summary>
    public bool Reaches(Service service) => IsEverything || _destinations.Contains(service.Hostname) || Imports(service, null);

    private bool Imports(ConfigResource<VirtualService> service, EgressListener listener) =>
        listener.Hosts.HoldsVirtualService(service.Namespace, service.Spec.Hosts.Select(host => ShortNames.InResource(host, service.Namespace, _clusterDomain)));

    // The listener without a port stands last (validation), so that the first that fits is the most exact.
    private EgressListener? ListenerOf(int port) => _listeners.FirstOrDefault(listener => listener.Port is null || listener.Port == port);

    private FrozenSet<string> DestinationsOf(ConfigIndex index, string client)
    {
        var visible = index.VirtualServices
            .Where(service => Visibility.IsExported(Visibility.Effective(service.Spec.ExportTo, _settings.VirtualServiceExportTo), service.Namespace, client))
            .Where(service => _listeners.Any(listener => Imports(service, listener)));
        var hosts = from service in visible
                    from host in VirtualServiceDestinations.HostsOf(service.Spec)
                    select ShortNames.InResource(host, service.Namespace, _clusterDomain);
        return (_policy?.EgressProxy is { } proxy ? hosts.Append(proxy.Host) : hosts).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>A listener with its port; null for the one that stands for all ports without their own.</summary>
    private sealed class EgressListener(IstioEgressListener egress, string own)
    {
        public int? Port { get; } = egress.Port is { Number: > 0 } port ? (int)port.Number : null;

        public ImportedHosts Hosts { get; } = new(egress.Hosts, own);
    }
}
