using Mesh.Client.Health;
using Mesh.Client.Limits;
using Mesh.Client.LoadBalancing;
using Mesh.Client.LoadBalancing.Lanes;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Propagation;
using Mesh.Client.Resilience;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>A cluster ready to be sent to: its picker and the pools behind it.</summary>
internal sealed class OutboundCluster
{
    // Immutable.
    private readonly Balancer _balancer;
    private readonly ActiveRequests _active;
    private readonly OverloadDrop _drop;
    private readonly Dictionary<EndpointAddress, OutboundEndpoint> _endpoints;
    private readonly ConnectionPolicy _meshConnection;
    private readonly LaneRule? _lanes;
    private readonly CallPeers _peers;

    // Null unless the cluster passes requests through; shared with the configurations before and after.
    private readonly OriginalDestinations? _originals;

    // Replaced under _lock, read by every attempt.
    private readonly Lock _lock = new();
    private volatile Picker _picker = EmptyPicker.Instance;

    // Owned by the writer of configuration; null while no policy ever asked for it.
    private ClusterHealth? _health;

    /// <param name="cluster">The accepted configuration.</param>
    /// <param name="previous">The same cluster before this configuration: endpoints that stay keep their load.</param>
    /// <param name="pools">Where the connections are.</param>
    /// <param name="random">For choices.</param>
    /// <param name="time">The clock of warm-up and latencies.</param>
    /// <param name="lanes">How endpoints are divided by lanes; null: not at all.</param>
    public OutboundCluster(Cluster cluster, OutboundCluster? previous, EndpointPoolStore pools, Random random, TimeProvider time, LaneRule? lanes = null)
    {
        Cluster = cluster;
        Limits = previous?.Limits ?? new ClusterLimits(cluster.Policy.Limits);
        Limits.Change(cluster.Policy.Limits);
        _meshConnection = cluster.Policy.Connection.BetweenPeers();
        _peers = previous?._peers ?? new CallPeers();
        Peer = _peers.Of(cluster, workload: null);
        _endpoints = [];
        var succession = new EndpointSuccession(previous?._endpoints);
        foreach (var endpoint in cluster.Endpoints.Localities.SelectMany(locality => locality.Endpoints).DistinctBy(endpoint => endpoint.Address))
        {
            var known = succession.Find(endpoint);
            var pool = pools.Acquire(KeyOf(endpoint, known), known?.Pool);
            var peer = _peers.Of(cluster, endpoint.Workload);
            if (known?.Pool == pool)
            {
                known.Peer = peer;
                _endpoints[endpoint.Address] = known;
            }
            else
            {
                _endpoints[endpoint.Address] = new OutboundEndpoint(pool.Key.Address, pool, Limits, peer);
            }
        }

        _peers.Keep(cluster);
        _lanes = lanes;
        _balancer = new Balancer(random, time, lanes);
        _active = previous?._active ?? new ActiveRequests();
        Retries = previous?.Retries.Policy == cluster.Policy.RetryBudget ? previous.Retries : new RetryBudget(cluster.Policy.RetryBudget, time);
        _drop = new OverloadDrop(cluster.Endpoints.DropOverloads, random);
        _originals = IsPassthrough ? previous?._originals ?? new OriginalDestinations(pools) : null;
        Rebuild();
    }

    public Cluster Cluster { get; }

    /// <summary>All of them, whatever their standing.</summary>
    public IReadOnlyCollection<OutboundEndpoint> Endpoints => _endpoints.Values;

    /// <summary>Whom a call is for that reaches none of the endpoints.</summary>
    public CallPeer Peer { get; }

    /// <summary>What is in use, over all endpoints and through configuration updates.</summary>
    public ClusterLimits Limits { get; }

    /// <summary>Whether requests go to the address that they name themselves.</summary>
    public bool IsPassthrough => Cluster.Policy.LoadBalancing.Kind is LoadBalancingKind.Passthrough;

    /// <summary>Bounds the retries; it outlives changes of everything else.</summary>
    public RetryBudget Retries { get; }

    /// <summary>Attempts under way.</summary>
    public int CountActive() => Limits.Requests.InUse;

    /// <summary>Lets health watch the endpoints, as the policy asks for it; what was known of those that stay is kept.</summary>
    public void Watch(OutboundCluster? previous, HealthServices services)
    {
        _health = previous?._health;
        if (_health is null && Cluster.Policy is not { OutlierDetection: null, HealthCheck: null })
        {
            _health = new ClusterHealth(Cluster.Name, services);
        }

        if (_health is not null)
        {
            _health.Attach(Cluster.Policy, Members(), Rebuild);
            Rebuild();
        }
    }

    public void Unwatch() => _health?.Detach(Rebuild);

    /// <summary>The lane that a request asks for; null while no endpoint is of any, which then costs nothing.</summary>
    public string? LaneOf(HttpRequestMessage request) => _picker.ChoosesByLane ? _lanes!.LaneOf(request) : null;

    /// <summary>The lane of the request being served, for a raw connection made for it.</summary>
    public string? LaneOf(CallContext? context) => _picker.ChoosesByLane ? context?.Find(_lanes!.Header) : null;

    public bool ShouldDrop() => _drop.ShouldDrop();

    /// <summary>The endpoint of an attempt, which counts there until it leaves; null when none takes requests.</summary>
    public OutboundEndpoint? Enter(in PickContext context)
    {
        var endpoint = (OutboundEndpoint?)_picker.Pick(context);
        endpoint?.Enter();
        endpoint?.Pool.Enter();
        return endpoint;
    }

    /// <summary>The endpoint of a raw connection, which counts there until it leaves; its pool is for requests and stays as it is.</summary>
    public OutboundEndpoint? EnterConnection(in PickContext context)
    {
        var endpoint = (OutboundEndpoint?)_picker.Pick(context);
        endpoint?.Enter();
        return endpoint;
    }

    /// <summary>The attempt at an endpoint that <see cref="Enter"/> gave has ended, with its response.</summary>
    public static void Leave(OutboundEndpoint endpoint) => endpoint.End();

    /// <summary>An endpoint began or ceased to take requests: chooses anew among those that do.</summary>
    public void Rebuild()
    {
        lock (_lock)
        {
            _picker = _originals is { } originals
                ? new PassthroughPicker(address => originals.Find(address, NewEndpoint, KeyOf(new Endpoint(address, 1, EndpointHealth.Unknown), known: null)))
                : _balancer.Build(Cluster.Policy.LoadBalancing, Cluster.Endpoints, _active, endpoint => _endpoints[endpoint.Address]);
        }
    }

    /// <summary>The configuration does not name this cluster any more.</summary>
    public void Release(EndpointPoolStore pools, OutboundCluster? next = null)
    {
        Unwatch();
        if (next?._originals is null)
        {
            _originals?.Release();
        }

        foreach (var endpoint in _endpoints.Values)
        {
            pools.Release(endpoint.Pool);
        }
    }

    private OutboundEndpoint NewEndpoint(EndpointAddress address, EndpointPool pool) => new(address, pool, Limits, Peer);

    private MonitoredMember[] Members() =>
    [
        .. Cluster.Endpoints.Localities
            .SelectMany(locality => locality.Endpoints)
            .DistinctBy(endpoint => endpoint.Address)
            .Select(endpoint => new MonitoredMember(
                _endpoints[endpoint.Address],
                TakesRequests: endpoint.Health is EndpointHealth.Unknown or EndpointHealth.Healthy)),
    ];

    private EndpointPoolKey KeyOf(Endpoint endpoint, OutboundEndpoint? known)
    {
        var security = Cluster.Policy.SecurityOf(endpoint);
        return new EndpointPoolKey(known?.Address ?? endpoint.Address, Cluster.Policy.ConnectTimeout)
        {
            Connection = security is { IsMesh: true } ? _meshConnection : Cluster.Policy.Connection,
            Security = security,
            Limits = Cluster.Policy.Limits is { MaxConnections: null, MaxPendingRequests: null } ? null : Limits,
            Addresses = EndpointSuccession.Addresses(endpoint, known),
        };
    }
}
