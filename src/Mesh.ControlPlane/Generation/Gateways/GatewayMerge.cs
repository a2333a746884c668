using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Conversion;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Joins the servers of all Gateway resources that select a workload; where two cannot be at one port, the older resource has it (istiod).</summary>
internal sealed class GatewayMerge
{
    private readonly GenerationContext _context;
    private readonly List<GatewayServer> _servers = [];

    // Hosts of servers with tls, by port and bind.
    private readonly Dictionary<(int Port, string Bind), HashSet<string>> _tlsHosts = [];

    // The first server of a port and bind says whether it is in plaintext.
    private readonly Dictionary<(int Port, string Bind), GatewayServer> _first = [];
    private readonly HashSet<string> _httpsRoutes = new(StringComparer.Ordinal);

    private GatewayMerge(GenerationContext context) => _context = context;

    /// <summary>In the order of their resources; none for a client that is no gateway.</summary>
    public static ImmutableArray<GatewayServer> Of(GenerationContext context)
    {
        if (!context.Client.IsGateway)
        {
            return [];
        }

        var merge = new GatewayMerge(context);
        foreach (var gateway in context.Index.Gateways)
        {
            // A Gateway of the Gateway API is served by its own namespace's processes.
            var isHere = gateway.Namespace == context.Client.Namespace || !gateway.Resource.Annotations.ContainsKey(ConversionNames.GatewaySemantics);
            if (isHere && context.Labels.Match(gateway.Spec.Selector))
            {
                merge.Add(gateway);
            }
        }

        return [.. merge._servers];
    }

    private void Add(ConfigResource<Gateway> gateway)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var server in gateway.Spec.Servers)
        {
            if (server.Port is null)
            {
                Reject(gateway, "server without a port", "it cannot be opened");
            }
            else if (server.Name.Length > 0 && !names.Add(server.Name))
            {
                Reject(gateway, $"server '{server.Name}'", "another server of the resource has the name");
            }
            else
            {
                Add(gateway, server);
            }
        }
    }

    private void Add(ConfigResource<Gateway> gateway, Server server)
    {
        ImmutableArray<string> hosts = [.. server.Hosts.Select(host => GatewayHosts.Qualify(host, gateway.Namespace)).Distinct(StringComparer.Ordinal)];
        foreach (var port in GatewayPorts.Resolve(_context, (int)server.Port.Number))
        {
            var candidate = new GatewayServer(gateway, server, port, hosts);
            if (Conflict(candidate) is { } reason)
            {
                Reject(gateway, $"server {server.Port.Number}/{server.Port.Protocol} ({server.Port.Name})", reason);
            }
            else
            {
                _servers.Add(candidate);
            }
        }
    }

    /// <summary>Why it cannot be beside those before it; null when it can.</summary>
    private string? Conflict(GatewayServer server)
    {
        var place = (server.Port, server.Server.Bind);
        if (server.Server.Tls is not null && FindDuplicate(server, place) is { } host)
        {
            return $"host {host} is another server's at port {server.Port} already";
        }

        if (!_first.TryGetValue(place, out var first))
        {
            _first.Add(place, server);
            Remember(server);
            return null;
        }

        if (!first.IsTls || !server.IsTls)
        {
            // In plaintext nothing tells servers apart before the first request.
            return first.Protocol is GatewayProtocol.Http && server.Protocol is GatewayProtocol.Http
                ? null
                : $"port {server.Port} speaks {first.Server.Port.Protocol} for {first.GatewayName} already";
        }

        return Remember(server) ? null : $"another server of the resource has the port name {server.Server.Port.Name}, by which its routes are named";
    }

    private bool Remember(GatewayServer server) => !server.IsTls || server.RouteName.Length == 0 || _httpsRoutes.Add(server.RouteName);

    private string? FindDuplicate(GatewayServer server, (int Port, string Bind) place)
    {
        if (!_tlsHosts.TryGetValue(place, out var taken))
        {
            _tlsHosts.Add(place, taken = new HashSet<string>(StringComparer.Ordinal));
        }

        if (server.Hosts.FirstOrDefault(taken.Contains) is { } duplicate)
        {
            return duplicate;
        }

        taken.UnionWith(server.Hosts);
        return null;
    }

    private void Reject(ConfigResource<Gateway> gateway, string what, string reason) =>
        _context.Notices.LeftOut(gateway.Resource.Id, what, reason);
}
