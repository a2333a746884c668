using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;

namespace Mesh.Client.Xds.Resources;

/// <summary>Follows the listeners of a gateway to the endpoints behind their routes; what was complete last stays in force until its new form is.</summary>
internal sealed class GatewayAssembler(ResourceTables tables)
{
    // By listener name.
    private readonly Dictionary<string, GatewayPort> _ports = new(StringComparer.Ordinal);

    // By listener, chain and virtual host.
    private Dictionary<string, Destination> _known = new(StringComparer.Ordinal);
    private Dictionary<string, CompletedHost> _completed = new(StringComparer.Ordinal);
    private Dictionary<string, Destination> _nextKnown = new(StringComparer.Ordinal);
    private Dictionary<string, CompletedHost> _nextCompleted = new(StringComparer.Ordinal);

    private bool _isFollowed;
    private bool _hasChanged;

    public GatewayConfiguration Current { get; private set; } = GatewayConfiguration.Empty;

    /// <summary>Whether <see cref="Current"/> has changed since this was last asked.</summary>
    public bool TakeChange()
    {
        var changed = _hasChanged;
        _hasChanged = false;
        return changed;
    }

    /// <summary>From now on this process is a gateway.</summary>
    public void Follow()
    {
        _isFollowed = true;
        tables.Listeners.IsWildcard = true;
    }

    /// <summary>Brings <see cref="Current"/> up to date, and says what that needs.</summary>
    public void Update(ClusterAssembler clusters, NeededNames needed)
    {
        if (!_isFollowed)
        {
            return;
        }

        (_nextKnown, _nextCompleted) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        var ports = new List<GatewayPort>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var listener in tables.Listeners.All.Select(watch => watch.Value?.Gateway).OfType<GatewayListener>().OrderBy(listener => listener.Name, StringComparer.Ordinal))
        {
            names.Add(listener.Name);
            if (Assemble(listener, clusters, needed) is { } port)
            {
                _ports[listener.Name] = port;
                ports.Add(port);
            }
        }

        foreach (var gone in _ports.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            _ports.Remove(gone);
        }

        (_known, _completed) = (_nextKnown, _nextCompleted);
        needed.Secrets.UnionWith(ports.SelectMany(port => port.Listener.Chains).Select(chain => chain.Tls).OfType<ServerTls>().SelectMany(SecretNames));
        if (!ports.SequenceEqual(Current.Ports))
        {
            (Current, _hasChanged) = (new GatewayConfiguration([.. ports]), true);
        }
    }

    /// <summary>Null while it has never been complete.</summary>
    private GatewayPort? Assemble(GatewayListener listener, ClusterAssembler clusters, NeededNames needed)
    {
        var backends = ImmutableArray.CreateBuilder<GatewayBackend>(listener.Chains.Length);
        var isComplete = true;
        foreach (var chain in listener.Chains)
        {
            var backend = Assemble(listener, chain, clusters, needed);
            isComplete &= backend is not null;
            backends.Add(backend ?? new GatewayBackend());
        }

        var known = _ports.GetValueOrDefault(listener.Name);
        if (!isComplete)
        {
            return known;
        }

        for (var index = 0; index < backends.Count; index++)
        {
            if (known?.Backends.FirstOrDefault(backends[index].IsSame) is { } same)
            {
                backends[index] = same;
            }
        }

        var fresh = new GatewayPort(listener, backends.MoveToImmutable());
        return fresh.Equals(known) ? known : fresh;
    }

    private GatewayBackend? Assemble(GatewayListener listener, GatewayChain chain, ClusterAssembler clusters, NeededNames needed)
    {
        var prefix = $"{listener.Name}/{chain.Name}/{string.Join(',', chain.Match.ServerNames)}/";
        if (chain.Connection is { } connection)
        {
            var routes = new RoutesInForce(null, new ConnectionRoutes { Default = connection });
            return Join(prefix, listener, routes, clusters, needed) is { } destination ? new GatewayBackend { Connection = destination } : null;
        }

        if (chain.Requests is not { } requests || Routes(requests, needed) is not { } configuration)
        {
            return null;
        }

        var hosts = ImmutableArray.CreateBuilder<Destination>(configuration.VirtualHosts.Length);
        var isComplete = true;
        foreach (var host in configuration.VirtualHosts)
        {
            var key = prefix + host.Name;
            var destination = Join(key, listener, new RoutesInForce(Completed(key, host, listener.Name, requests), null), clusters, needed);
            isComplete &= destination is not null;
            hosts.Add(destination!);
        }

        return isComplete ? new GatewayBackend { Routes = configuration, Hosts = hosts.MoveToImmutable() } : null;
    }

    private RouteConfiguration? Routes(GatewayRequests requests, NeededNames needed)
    {
        if (requests.RouteConfigurationName is not { } name)
        {
            return requests.InlineRoutes;
        }

        needed.Routes.Add(name);
        var watch = tables.Routes.Find(name);

        // A name that the control plane does not know has no routes: everything is answered with 404.
        return watch?.Value ?? (watch is { IsAnswered: true } ? new RouteConfiguration(name, []) : null);
    }

    private VirtualHost Completed(string key, VirtualHost host, string listenerName, GatewayRequests requests)
    {
        var listener = new ListenerResource(listenerName) { MaxStreamDuration = requests.MaxStreamDuration, Fault = requests.Fault, Session = requests.Session };
        var completed = _completed.GetValueOrDefault(key) is { } known && known.IsOf(host, listener) ? known : new CompletedHost(host, listener);
        _nextCompleted[key] = completed;
        return completed.Result;
    }

    /// <summary>The last complete routes go on, with the newest endpoints, until all clusters of the new ones are known.</summary>
    private Destination? Join(string key, GatewayListener listener, RoutesInForce routes, ClusterAssembler clusters, NeededNames needed)
    {
        var known = _known.GetValueOrDefault(key);
        var joined = Clusters(routes, clusters, needed);
        if (joined is null && known is not null)
        {
            routes = new RoutesInForce(known.VirtualHost, known.Connections);
            joined = Clusters(routes, clusters, needed);
        }

        if (joined is null)
        {
            return null;
        }

        var fresh = new Destination
        {
            Authority = new Authority(key, listener.Port),
            Status = DestinationStatus.Routed,
            VirtualHost = routes.VirtualHost,
            Connections = routes.Connections is { } fallback && known?.Connections?.Default == fallback.Default ? known!.Connections : routes.Connections,
            Clusters = DestinationAssembler.Same(joined, known?.Clusters) ?? joined.ToFrozenDictionary(StringComparer.Ordinal),
        };
        return _nextKnown[key] = DestinationAssembler.IsSame(fresh, known) ? known! : fresh;
    }

    private static Dictionary<string, Cluster>? Clusters(RoutesInForce routes, ClusterAssembler clusters, NeededNames needed)
    {
        var joined = new Dictionary<string, Cluster>(StringComparer.Ordinal);
        var isComplete = true;
        foreach (var name in DestinationAssembler.ClusterNames(routes))
        {
            // All that is missing is asked for at once.
            if (clusters.Join(name, needed) is { } cluster)
            {
                joined[name] = cluster;
            }
            else
            {
                isComplete = false;
            }
        }

        return isComplete ? joined : null;
    }

    // A chain whose secret is missing opens no connection.
    private static IEnumerable<string> SecretNames(ServerTls tls) =>
        tls.Certificates.Append(tls.Clients?.Roots).Append(tls.Clients?.Revocations).Select(source => source?.SecretName).OfType<string>();
}
