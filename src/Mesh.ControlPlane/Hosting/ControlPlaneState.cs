using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Analysis;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Conversion.Statuses;
using Mesh.ControlPlane.Stores.Folder;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Secrets;
using Mesh.ControlPlane.Hosting.Database;
using Mesh.ControlPlane.Hosting.Loading;
using Mesh.ControlPlane.Hosting.Registries;
using Mesh.ControlPlane.Hosting.Security;
using Mesh.ControlPlane.Keys;
using Mesh.ControlPlane.Quotas;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Groups;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.ControlPlane.Serving.ClientStates;
using Mesh.ControlPlane.Serving.Loads;
using Mesh.ControlPlane.Serving.Modes;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.ControlPlane.Serving.Taps;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The parts of a control plane, put together from the store up to the streams.</summary>
internal sealed class ControlPlaneState : IAsyncDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(60);

    private readonly ServiceRegistry _registry;
    private readonly KeyFetcher _keyFetcher;
    private readonly DatabaseParts? _database;
    private readonly WorkloadExchange? _exchange;
    private readonly ContinuousAnalysis? _analysis;
    private readonly GroupRegistrar _groups;
    private readonly StatusWriter _statuses;
    private readonly ConfigurationMemory? _memory;

    private ControlPlaneState(MeshControlPlaneOptions options, SharedParts shared, ILoggerFactory loggers, TimeProvider time)
    {
        var database = _database = shared.Database;
        Store = (IResourceStore?)database?.Store ?? shared.Kubernetes ?? LocalStore.Open(options, loggers, time);
        var ownedHosts = LocalStore.OwnedHostsOf(options);
        LocalStore.Following(Store, ownedHosts, options);
        Reader = new ResourceReader(options.DefaultNamespace, ownedHosts: ownedHosts);
        Workloads = new WorkloadRegistry(new WorkloadLimits { Grace = options.GraceTime }, time, loggers.CreateLogger<WorkloadRegistry>());
        Security = new SecurityState(options, database?.State, Workloads, Metrics.Meter, loggers, time);
        _memory = MemoryOf(options.ConfigFolder, loggers, time);
        Registries = shared.Registries;
        _registry = new ServiceRegistry(Store, Workloads, new RegistryBuilder(options.ClusterDomain, new RegistryLabel("mesh", options.Cluster, options.Network)), Registries);
        _keyFetcher = new KeyFetcher(new AddressGuard(options.JwksAllowedHosts, options.JwksAllowedNetworks), time);
        Keys = new KeyRefresher(Store, _keyFetcher, Security.KeyArchive, KeyOptionsOf(options), time, loggers.CreateLogger<KeyRefresher>());
        Source = new MeshStateSource(_registry, Keys);
        Authenticator = new StreamAuthenticator(Security.Callers, Security.Authority, Security.Tokens, time);
        Security.Authority.BundlesChanged += OnTrustChanged;
        Security.Tokens.Changed += Authenticator.OnTrustChanged;
        Source.Publish(PublishedTrust.Of(Security.Authority.Bundles));
        Func<string> rootNamespace = () => MeshSettings.Of(Store.Current, options.TrustDomain).RootNamespace;
        Usage = new ApiUsageLedger(time);
        Quotas = new QuotaService(new QuotaLedger(new ConfiguredQuotas(() => Store.Current).Find), Usage, rootNamespace);
        KeyReports = new KeyReports(Keys, () => Store.Current, rootNamespace);
        var limits = new ServingLimits();
        Clients = new ConnectedClients(limits.Streams, time);
        var metrics = new ServingMetrics(Metrics.Meter);
        Scheduler = new PushScheduler(Source, Clients, options.DebounceQuiet, options.DebounceMax, time, metrics);
        Serving = new ServingContext(
            new CachingResourceGenerator(new ResourceGenerator(loggers.CreateLogger<ResourceGenerator>(), options.ClusterDomain, options.TrustDomain) { TakesLoadReports = options.LoadReportInterval > TimeSpan.Zero }),
            Scheduler,
            Clients,
            Workloads,
            new ClientNodeReader(new NodeDefaults(options.DefaultNamespace, options.ClusterDomain) { Network = options.Network, Cluster = options.Cluster }))
        {
            Mark = new ServerMark(Store as IReplicatedStore),
            RestartGuard = new RestartGuard(options.RestartGraceTime, time, Clients.WakeAll),
            Limits = limits,
            Admission = new StreamAdmission(limits.StreamStartsPerSecond, limits.StreamStartBurst, time, RandomSource.Default),
            Rotation = new StreamRotation(options.MaxStreamAge, time, RandomSource.Default),
            TimeProvider = time,
            Metrics = metrics,
            Logger = loggers.CreateLogger<AdsService>(),
            Generation = new SemaphoreSlim(limits.ConcurrentGenerations),
        };
        ClientStatus = new StatusService(Clients, new ClientStatusReader(() => Source.Current, Serving.Generator));
        Taps = new TapSessions(new TapLimits(), time);
        TapStreams = new TapService(Taps, new LoadClients(Clients, Serving.Nodes, () => Source.Current.Registry, time, loggers.CreateLogger<TapService>()));
        Orders = new ModeOrders(Security.Shared);
        Modes = new ModeService(Orders, new LoadClients(Clients, Serving.Nodes, () => Source.Current.Registry, time, loggers.CreateLogger<ModeService>()), Serving.Memory);
        Traffic = TrafficState.Create(options, this, database, loggers, time);
        _exchange = database?.Share(Workloads, loggers);
        _groups = new GroupRegistrar(
            Store,
            Workloads,
            new GroupSettings(Environment.MachineName) { RestartGrace = options.RestartGraceTime + options.GraceTime },
            time,
            loggers.CreateLogger<GroupRegistrar>());
        Metrics.Observe(this);
        _analysis = options.Analysis
            ? new ContinuousAnalysis(Store, () => database?.Leadership.IsLeader ?? true, options.AnalysisInterval, time, loggers.CreateLogger<ContinuousAnalysis>())
            : null;
        _statuses = new StatusWriter(
            Store,
            config => GatewayApiConversion.Convert(config, options.ClusterDomain, _registry.Current.Services.ContainsKey),
            () => database?.Leadership.IsLeader ?? true,
            StatusInterval,
            time,
            loggers.CreateLogger<StatusWriter>());
        _registry.Changed += _statuses.Wake;
    }

    public IResourceStore Store { get; }

    /// <summary>Where services come from besides the store and the processes that register.</summary>
    public RegistryFeeds Registries { get; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ConfigFolderException">The folder cannot be used.</exception>
    /// <exception cref="FormatException">A resource of the options is bad.</exception>
    /// <exception cref="IOException">The database, the state folder or the authority cannot be used.</exception>
    public static async Task<ControlPlaneState> OpenAsync(
        MeshControlPlaneOptions options, IConfiguration? configuration, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var shared = await SharedParts.OpenAsync(options, configuration, loggers, time, cancellationToken);
        ControlPlaneState state;
        try
        {
            state = new ControlPlaneState(options, shared, loggers, time);
        }
        catch
        {
            await shared.CloseAsync();
            throw;
        }

        try
        {
            // A folder that is not mounted yet, or half of a checkout, is no mesh.
            await (state._memory?.WaitAsync(options.AllowShrunkStore, cancellationToken) ?? Task.CompletedTask);

            // A mesh that lacks a registry would take the endpoints of its services away from those who have them.
            state.Registries.Start();
            await state.Registries.WaitAsync(options.Registries.StartTimeout, time, cancellationToken);

            // Clients that come from another control plane must find the endpoints here that they had there.
            await (state._exchange?.Loaded ?? Task.CompletedTask).WaitAsync(LongestExchange, time, cancellationToken);
            return state;
        }
        catch (TimeoutException exception)
        {
            await state.DisposeAsync();
            throw new DatabaseException("PostgreSQL did not tell in time which processes are connected to other control planes.", exception);
        }
        catch
        {
            await state.DisposeAsync();
            throw;
        }
    }

    /// <summary>Admits what comes over the API.</summary>
    public ResourceReader Reader { get; }

    public WorkloadRegistry Workloads { get; }

    /// <summary>The certificate authority and the tokens.</summary>
    public SecurityState Security { get; }

    /// <summary>The keys of token issuers.</summary>
    public KeyRefresher Keys { get; }

    /// <summary>What workloads tell of them.</summary>
    public KeyReports KeyReports { get; }

    public StreamAuthenticator Authenticator { get; }

    public MeshStateSource Source { get; }

    public ConnectedClients Clients { get; }

    public PushScheduler Scheduler { get; }

    /// <summary>What the control plane measures of itself.</summary>
    public ControlPlaneMetrics Metrics { get; } = new();

    public QuotaService Quotas { get; }

    /// <summary>What consumers of APIs have taken.</summary>
    public ApiUsageLedger Usage { get; }

    public ServingContext Serving { get; }

    /// <summary>What clients have, for those who ask in the form of CSDS.</summary>
    public StatusService ClientStatus { get; }

    /// <summary>Who looks at requests.</summary>
    public TapSessions Taps { get; }

    /// <summary>How processes are told so.</summary>
    public TapService TapStreams { get; }

    /// <summary>Who is ordered out of the mesh.</summary>
    public ModeOrders Orders { get; }

    /// <summary>How processes are told so, and tell what their calls follow.</summary>
    public ModeService Modes { get; }

    /// <summary>What clients report of their requests; null when they are not asked to.</summary>
    public TrafficState? Traffic { get; }

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        _memory?.Dispose();
        Modes.Dispose();
        Orders.Dispose();
        await (_analysis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _groups.DisposeAsync();
        _registry.Changed -= _statuses.Wake;
        await _statuses.DisposeAsync();
        Scheduler.Dispose();
        Serving.Dispose();
        Source.Dispose();
        await Keys.DisposeAsync();
        _keyFetcher.Dispose();
        _registry.Dispose();
        await Registries.DisposeAsync();
        await (Traffic?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_exchange?.DisposeAsync() ?? ValueTask.CompletedTask);
        Workloads.Dispose();
        await Security.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        else if (Store is IAsyncDisposable store)
        {
            await store.DisposeAsync();
        }
    }

    /// <summary>Only a folder can be half there: a database is, or is not.</summary>
    private ConfigurationMemory? MemoryOf(string? folder, ILoggerFactory loggers, TimeProvider time) => Store is FolderConfigStore
        ? new ConfigurationMemory(Security.Own, Store, $"folder {Path.GetFullPath(folder!)}", time, loggers.CreateLogger<ConfigurationMemory>())
        : null;

    private static KeyOptions KeyOptionsOf(MeshControlPlaneOptions options) => new() { RefreshInterval = options.JwksRefreshInterval, MaxStale = options.JwksMaxStale };

    /// <summary>Roots and revocations reach clients over their streams, and streams of who is believed no more end.</summary>
    private void OnTrustChanged()
    {
        Source.Publish(PublishedTrust.Of(Security.Authority.Bundles));
        Authenticator.OnTrustChanged();
    }
}
