using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Dumps;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resolution;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Turns the authorities that are called into one snapshot of their configuration, kept up to date by a control plane over xDS.</summary>
/// <remarks>A listener is asked for by <c>host:port</c>, then its routes, their clusters, their endpoints. What is known stays in force while no server answers.</remarks>
internal sealed class XdsClient : IAsyncDisposable
{
    private readonly XdsClientOptions _options;
    private readonly ILogger _logger;
    private readonly StepQueue _queue;
    private readonly AdsConnector _connector;
    private readonly ResourceTables _tables;
    private readonly HostTable _hosts;
    private readonly IShrinkGuard _guard;
    private readonly DestinationAssembler _assembler;
    private readonly InboundAssembler _inbound;
    private readonly GatewayAssembler _gateway;
    private readonly TrustAssembler _trust;
    private readonly TelemetryAssembler _telemetry;
    private readonly ITimer _deadline;
    private readonly ITimer _restore;
    private readonly Task _running;

    private volatile MeshSnapshot _snapshot = MeshSnapshot.Empty;
    private int _disposed;

    // Owned by the queue.
    private readonly SubscriptionList _subscriptions;
    private bool _restores;

    public XdsClient(XdsBootstrap bootstrap, XdsClientOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
        : this(() => bootstrap, options, time, random, loggers)
    {
    }

    /// <param name="readBootstrap">Asked now and before every attempt to connect, so that a moved control plane is found.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Jitter of the pauses; used by this client alone.</param>
    /// <param name="loggers">Makes the client's logger.</param>
    public XdsClient(Func<XdsBootstrap> readBootstrap, XdsClientOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        _options = options;
        _logger = loggers.CreateLogger<XdsClient>();
        _queue = new StepQueue(time, _logger);
        _subscriptions = new SubscriptionList(options.MaxSubscriptions);
        _tables = new ResourceTables(() => _connector!.Bootstrap.CertificateProviders, new RemovalGuard(options.Shrink, () => _queue.Now, _logger), _logger);
        _hosts = new HostTable(options.HostResolver, _queue, Refresh, _logger);
        _inbound = new InboundAssembler(_tables);
        _gateway = new GatewayAssembler(_tables);
        _telemetry = new TelemetryAssembler(_tables);
        _guard = options.Shrink.HoldTime > TimeSpan.Zero ? new ShrinkGuard(options.Shrink, options.AnswersAt, _queue, Refresh, _logger) { IsServerThere = () => _connector!.IsAnswered } : OpenGuard.Instance;
        _assembler = new DestinationAssembler(_tables, _hosts, _inbound, _gateway, _guard);
        _trust = new TrustAssembler(_tables, _assembler.Secrets);
        _connector = new AdsConnector(
            new ServerRotation(readBootstrap, options, random, _logger), new ConnectBackoff(options, random), options, _queue, _tables, _logger);
        _connector.ConfigurationChanged += Refresh;
        _deadline = _queue.CreateTimer(ExpireResources);
        _restore = _queue.CreateTimer(() => { _restores = true; Refresh(); });
        _running = _queue.RunAsync();
    }

    /// <summary>Every new snapshot in order, from the client's own queue: handlers must be quick.</summary>
    public event Action<MeshSnapshot>? SnapshotChanged;

    /// <summary>Every new configuration of this process's own ports in order, from the client's own queue: handlers must be quick.</summary>
    public event Action<InboundConfiguration>? InboundChanged;

    /// <summary>What the control plane says of the roots of the mesh, whenever it says something new; from the client's own queue.</summary>
    public event Action<ImmutableArray<TrustBundle>>? TrustChanged;

    /// <summary>What the control plane wants to be told of the traffic, whenever it says something new; from the client's own queue.</summary>
    public event Action<WorkloadTelemetry>? TelemetryChanged;

    /// <summary>Every new connection state in order, from the client's own queue.</summary>
    public event Action<XdsConnectionState>? StateChanged
    {
        add => _connector.StateChanged += value;
        remove => _connector.StateChanged -= value;
    }

    /// <summary>The newest configuration.</summary>
    public MeshSnapshot Snapshot => _snapshot;

    /// <summary>What became of the resources that came, by type.</summary>
    public IEnumerable<UpdateTally> Updates => _tables.All.Select(table => table.Updates);

    /// <summary>How the client stands with its control plane.</summary>
    public XdsConnectionState State => _connector.State;

    /// <summary>Clusters that keep endpoints the control plane has taken away, because it took too many at once.</summary>
    public int HeldClusters => _guard.Held;

    /// <summary>Listeners that stay although the control plane has removed them, because it removed too many at once.</summary>
    public int HeldListeners { get; private set; }

    /// <summary>A channel of its own, for other services of the control plane that answers now; null while none does. For the caller to dispose.</summary>
    public GrpcChannel? OpenChannel() => _connector.OpenBeside();

    /// <summary>Who this process is, for other services of the control plane.</summary>
    public Mesh.Protocol.Envoy.Core.Node Describe() => _connector.CreateNode();

    /// <summary>Begins to connect; an unreachable server is tried again and again, never an exception.</summary>
    public void Start() => _queue.Post((Action)_connector.Connect + Refresh);

    /// <summary>Asks for the ports that this process is to open as a gateway, and follows them. Before <see cref="Start"/>.</summary>
    public void FollowGateway() => _queue.Post(_gateway.Follow);

    /// <summary>Asks for an authority, unless that has been done.</summary>
    public void Subscribe(Authority authority) => _queue.Post(() => AddSubscription(authority));

    /// <summary>Asks for a cluster besides those that the routes of an authority name; a bounded number of them.</summary>
    public void SubscribeCluster(Authority authority, string cluster) => _queue.Post(() =>
    {
        if (AddSubscription(authority).Ask(cluster))
        {
            Refresh();
        }
    });

    /// <summary>Drops an authority from the snapshot.</summary>
    public void Unsubscribe(Authority authority) => _queue.Post(() =>
    {
        if (_subscriptions.Remove(authority) is { } subscription)
        {
            subscription.Waiter?.TrySetResult(Dropped(authority));
            Refresh();
            Publish();
        }
    });

    /// <summary>Asks for an authority and waits for the first answer, whatever it says.</summary>
    public Task<Destination> WaitForAsync(Authority authority, CancellationToken ct)
    {
        if (_snapshot.Destinations.TryGetValue(authority, out var known))
        {
            return Task.FromResult(known);
        }

        var waiter = new TaskCompletionSource<Destination>(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = _queue.Post(() =>
        {
            var subscription = AddSubscription(authority);
            if (subscription.Answer is { } answer && waiter.TrySetResult(answer))
            {
                return;
            }

            subscription.Waiter ??= new TaskCompletionSource<Destination>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = subscription.Waiter.Task.ContinueWith(
                static (first, state) => ((TaskCompletionSource<Destination>)state!).TrySetFromTask(first),
                waiter, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        });
        return accepted ? waiter.Task.WaitAsync(ct) : Task.FromException<Destination>(new ObjectDisposedException(nameof(XdsClient)));
    }

    /// <summary>Resources that an earlier process of this workload accepted, for the time in which no server answers.</summary>
    public void Restore(IReadOnlyCollection<HeldResource> resources) => _queue.Post(() =>
    {
        _restore.Change(_options.RestoreDelay, Timeout.InfiniteTimeSpan);
        foreach (var resource in resources)
        {
            _tables.Find(resource.TypeUrl)?.Shelve(resource);
        }

        Refresh();
    });

    /// <summary>Every accepted resource, in the order of types; none once the client is disposed.</summary>
    public Task<IReadOnlyList<HeldResource>> ReadHeldAsync() => _queue.AskAsync(_tables.All, static table => table.Held);

    /// <summary>What is known of every resource that is needed, for people.</summary>
    public Task<IReadOnlyList<ResourceState>> ReadStatesAsync() => _queue.AskAsync(_tables.All, static table => table.States);

    /// <summary>Tells the control plane what this process serves: with the next stream, and at once on a live one. Asks what it shall do with the requests it receives.</summary>
    public void Announce(WorkloadRegistration registration) => _queue.Post(() =>
    {
        _connector.Announce(registration);
        var own = registration.Ports.Values.Except(registration.GatewayPorts).Select(port => (Port: port, Name: _connector.Bootstrap.ServerListenerName(registration.Address, port)));
        if (own.Where(pair => pair.Name is not null).ToDictionary(pair => pair.Port, pair => pair.Name!) is var named && (named.Count > 0 || registration.GatewayPorts.IsEmpty))
        {
            _inbound.Watch(named);
        }

        Refresh();
    });

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _deadline.DisposeAsync().ConfigureAwait(false);
        await _restore.DisposeAsync().ConfigureAwait(false);
        await _hosts.DisposeAsync().ConfigureAwait(false);
        await _guard.DisposeAsync().ConfigureAwait(false);
        var stopped = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() =>
        {
            foreach (var subscription in _subscriptions.All)
            {
                subscription.Waiter?.TrySetException(new ObjectDisposedException(nameof(XdsClient)));
            }

            stopped.SetResult(_connector.DisposeAsync().AsTask());
        });
        await (await stopped.Task.ConfigureAwait(false)).ConfigureAwait(false);
        _queue.Complete();
        await _running.ConfigureAwait(false);
    }

    private AuthoritySubscription AddSubscription(Authority authority)
    {
        if (_subscriptions.Touch(authority) is { } known)
        {
            return known;
        }

        foreach (var evicted in _subscriptions.MakeRoom())
        {
            XdsClientLog.SubscriptionEvicted(_logger, evicted.Authority.ToString(), _options.MaxSubscriptions);
            evicted.Waiter?.TrySetResult(Dropped(evicted.Authority));
        }

        var subscription = new AuthoritySubscription(authority, _connector.Bootstrap.ListenerName(authority));
        _subscriptions.Add(subscription);
        Refresh();
        return subscription;
    }

    // A server that answers is asked; one that is tried for the first time gets a moment.
    private bool IsShelfOpen => !_connector.IsAnswered && (_restores || _connector.State.Status is XdsConnectionStatus.BackingOff);

    private void ExpireResources()
    {
        _connector.ExpireResources();
        Refresh();
    }

    /// <summary>Makes the snapshot what the resources say now, and asks the server for what that needs.</summary>
    private void Refresh()
    {
        var changed = _assembler.Update(_subscriptions.All).ToHashSet();
        _telemetry.Need(_connector.Bootstrap.TelemetryName, _connector.HasMetMesh);

        // Level by level: what is taken from the shelf asks for more.
        while (IsShelfOpen && _tables.TakeShelved())
        {
            changed.UnionWith(_assembler.Update(_subscriptions.All));
        }

        if (_inbound.Update())
        {
            InboundChanged?.Invoke(_inbound.Current);
        }

        if (_trust.Update(_connector.Bootstrap.FollowsTrust))
        {
            TrustChanged?.Invoke(_trust.Current);
        }

        _telemetry.Update(_connector.Bootstrap.TelemetryName, TelemetryChanged);
        _connector.Flush();
        HeldListeners = _tables.Listeners.HeldRemovals;
        _deadline.Change(_tables.NextDeadline is { } due ? TimeSpan.FromTicks(Math.Max(0, (due - _queue.Now).Ticks)) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_gateway.TakeChange() | _assembler.Secrets.TakeChange() | changed.Count > 0)
        {
            Publish();
        }

        foreach (var subscription in changed)
        {
            XdsClientLog.DestinationChanged(_logger, subscription.Authority.ToString(), subscription.Answer!.Status, subscription.Answer.Reason);
            subscription.Waiter?.TrySetResult(subscription.Answer!);
            subscription.Waiter = null;
        }
    }

    private void Publish()
    {
        var answers = _subscriptions.All.Where(subscription => subscription.Answer is not null);
        _snapshot = new MeshSnapshot(_snapshot.Generation + 1, answers.ToFrozenDictionary(known => known.Authority, known => known.Answer!)) { Gateway = _gateway.Current, Secrets = _assembler.Secrets.Current };
        SnapshotChanged?.Invoke(_snapshot);
    }

    private static Destination Dropped(Authority authority) => new() { Authority = authority, Status = DestinationStatus.Failed, Reason = "the subscription was dropped before the control plane answered" };
}
