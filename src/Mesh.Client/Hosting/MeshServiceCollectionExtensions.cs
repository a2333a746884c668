using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Client.AccessLogs;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Fallback;
using Mesh.Client.Faults;
using Mesh.Client.Health;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Configuration;
using Mesh.Client.Hosting.Configuration.Checks;
using Mesh.Client.Hosting.FailStatic;
using Mesh.Client.Hosting.HttpClients;
using Mesh.Client.Hosting.Readiness;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Hosting.Starvation;
using Mesh.Client.Identity;
using Mesh.Client.Identity.Servers;
using Mesh.Client.Metrics;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.AccessLogs;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Faults;
using Mesh.Client.Pipeline.HealthChecks;
using Mesh.Client.Pipeline.Loads;
using Mesh.Client.Pipeline.Mirrors;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Taps;
using Mesh.Client.Pipeline.Tracing;
using Mesh.Client.Propagation;
using Mesh.Client.Tracing;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Beside;
using Mesh.Client.Xds.Loads;
using Mesh.Client.Xds.Taps;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a process into the mesh.</summary>
public static class MeshServiceCollectionExtensions
{
    /// <summary>
    /// Puts this process into the mesh: every <c>IHttpClientFactory</c> client sends through it, and <see cref="IMeshHandlerFactory"/> serves the others.
    /// Calling it again only adds settings.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Settings that go before configuration section <c>Mesh</c>.</param>
    public static IMeshBuilder AddMesh(this IServiceCollection services, Action<MeshOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(MeshHandlerFactory)))
        {
            AddOptions(services);
            AddIdentity(services);
            AddOutbound(services);
            AddReports(services);
            AddConnector(services);
            AddRouteActions(services);
            AddControlPlaneClient(services);
            FailStaticSetup.Add(services);
            AddPoolWatch(services);
            AddHttpClients(services);
            MetricsSetup.Add(services);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new MeshBuilder(services);
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<MeshOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<MeshOptions>, MeshOptionsSetup>();
        services.AddSingleton<IPostConfigureOptions<MeshOptions>, MeshOptionsSetup>();
        services.AddSingleton<IValidateOptions<MeshOptions>, MeshOptionsValidator>();
        services.AddSingleton<Workload>();
        services.AddSingleton<WorkloadAnnouncer>();
        services.AddSingleton<ReadinessRunner>();
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddSingleton<WorkloadIdentity>();
        services.AddSingleton<IWorkloadIdentity>(provider => provider.GetRequiredService<WorkloadIdentity>());
        services.AddSingleton(provider => IdentitySources.CreateCredentials(Options(provider)));
        services.AddSingleton<ControlPlaneChannels>();
        services.AddSingleton<IdentitySources>();
    }

    private static void AddOutbound(IServiceCollection services)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IEndpointHandlerFactory, SocketsEndpointHandlerFactory>();
        services.AddSingleton<CertificateProviders>();
        services.AddSingleton<TlsSecrets>();
        services.AddSingleton<TlsSources>();
        services.AddSingleton(provider => new TlsClients(
            provider.GetRequiredService<TlsSources>(),
            Options(provider).Outbound.DiscoveryTimeout,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TlsClients>>()));
        services.AddSingleton(provider => new RenewalTerms(
            provider.GetRequiredService<IWorkloadIdentity>(),
            Options(provider).Outbound.MaxConnectionAge,
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            provider.GetRequiredService<ILogger<EndpointPoolStore>>()));
        services.AddSingleton<EndpointPoolStore>();
        services.AddSingleton<DeadlinePool>();
        services.AddSingleton(provider => new RetryTools(
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            Options(provider).Outbound.ReplayLimit));
        services.AddSingleton<AttemptHandler>();
        services.AddSingleton<HedgingHandler>();
        services.AddSingleton<HealthEvents>();
        services.AddSingleton(provider => new HealthServices(
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            provider.GetRequiredService<HealthEvents>(),
            new HealthProber())
        {
            IsSlow = IsStarved(provider.GetRequiredService<PoolWatch>()),
        });
        services.AddSingleton(provider => new UnknownDestinationHandler(Options(provider).Outbound.TrafficPolicy));
        services.AddSingleton(provider => new OutboundStateCompiler(
            provider.GetRequiredService<EndpointPoolStore>(),
            provider.GetRequiredService<HealthServices>(),
            RandomSource.Shared,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ProcessFacts>(),
            Options(provider).Lanes.ToRule()));
        services.AddSingleton(provider => new DestinationDirectory(
            provider.GetRequiredService<OutboundStateCompiler>(),
            provider.GetRequiredService<IDestinationSubscriber>(),
            FailStaticSetup.DiscoveryTimeoutOf(Options(provider)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DestinationLadder>().Unanswered));
        services.AddSingleton(provider => new OutboundPipeline(
            provider.GetRequiredService<DestinationDirectory>(),
            provider.GetRequiredService<UnknownDestinationHandler>(),
            provider.GetRequiredService<FaultStage>(),
            provider.GetRequiredService<MirrorStage>(),
            provider.GetRequiredService<AttemptHandler>(),
            provider.GetRequiredService<HedgingHandler>(),
            RandomSource.Shared,
            Options(provider).Propagation.GenerateRequestId ? new RequestIds(RandomSource.Shared) : null,
            MetricsSetup.CreateReporter(provider)));
    }

    private static void AddReports(IServiceCollection services)
    {
        services.AddSingleton(provider => TracedWorkload.Of(
            provider.GetRequiredService<Workload>().NodeId, provider.GetRequiredService<Workload>().Owner, Options(provider)));
        services.AddSingleton(provider => new MeshTracer(
            provider.GetRequiredService<TracedWorkload>(),
            Options(provider).Propagation.TraceFormats,
            provider.GetRequiredService<ProcessFacts>().Environment,
            RandomSource.Shared));
        services.AddSingleton(provider => new LogQueue(Options(provider).AccessLogs, provider.GetService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AccessLogPlan(
            Options(provider).AccessLogs, provider.GetRequiredService<LogQueue>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ICallSink, CallTraceSink>();
        services.AddSingleton<ICallSink, CallLogSink>();
    }

    private static void AddConnector(IServiceCollection services)
    {
        services.AddSingleton<ConnectionDialer>();
        services.AddSingleton(provider => new ConnectionAttempts(
            provider.GetRequiredService<ConnectionDialer>(),
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            provider.GetRequiredService<ILogger<ConnectionAttempts>>(),
            MetricsSetup.ConnectionSink(provider)));
        services.AddSingleton<IMeshConnector>(provider => new MeshConnector(
            provider.GetRequiredService<DestinationDirectory>(),
            Options(provider).Outbound.TrafficPolicy,
            provider.GetRequiredService<ConnectionAttempts>(),
            provider.GetRequiredService<ConnectionDialer>(),
            RandomSource.Shared,
            MetricsSetup.ConnectionSink(provider)));
    }

    private static void AddRouteActions(IServiceCollection services)
    {
        services.AddSingleton(provider => new ProcessFacts(
            Environment.MachineName,
            new VisibleEnvironment(provider.GetRequiredService<IOptions<MeshOptions>>(), provider.GetService<IConfiguration>()).Find,
            provider.GetRequiredService<TimeProvider>())
        {
            Workload = provider.GetRequiredService<LocalWorkload>().Workload,
            Principal = () => provider.GetRequiredService<LocalWorkload>().PrincipalText,
        });
        services.AddSingleton(provider => new FaultStage(
            new FaultInjector(RandomSource.Shared),
            Options(provider).Outbound.AllowFaultHeaders,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MirrorSender>();
        services.AddSingleton(provider => new MirrorStage(provider.GetRequiredService<MirrorSender>(), RandomSource.Shared));
    }

    private static void AddControlPlaneClient(IServiceCollection services)
    {
        services.AddSingleton<MeshBootstrap>();
        services.AddSingleton(provider => new XdsClient(
            provider.GetRequiredService<MeshBootstrap>().Read,
            new XdsClientOptions
            {
                Protocol = Options(provider).Xds.Protocol,
                MaxMessageSize = Options(provider).Xds.MaxMessageSize,
                KeepAliveInterval = Options(provider).Xds.KeepAliveInterval,
                KeepAliveTimeout = Options(provider).Xds.KeepAliveTimeout,
                Shrink = FailStaticSetup.ShrinkRulesOf(Options(provider).Fallback.Guard),
                OpenChannel = (server, options) => provider.GetRequiredService<ControlPlaneChannels>().Create(server.Address, server.Files, options),
            },
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IDestinationSubscriber, XdsSubscriber>();
        services.AddSingleton<InboundPolicy>();
        services.AddSingleton<TelemetryPolicy>();
        services.AddHostedService<MeshService>();
        AddTrafficReporting(services);
    }

    private static void AddTrafficReporting(IServiceCollection services)
    {
        services.AddSingleton<LoadBook>();
        services.AddSingleton<ICallSink, LoadSink>();
        services.AddSingleton<IBesideStream>(provider => new LoadReporter(
            provider.GetRequiredService<LoadBook>().Take,
            provider.GetRequiredService<XdsClient>().Describe,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TapBoard>();
        services.AddSingleton<HostedTapBoard>();
        services.AddSingleton<ICallSink, TapSink>();
        services.AddSingleton<IBesideStream>(provider => new TapFollower(
            provider.GetRequiredService<HostedTapBoard>(),
            provider.GetRequiredService<XdsClient>().Describe,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BesideStreams(
            [.. provider.GetServices<IBesideStream>().Where(stream => stream is not TapFollower || Options(provider).Telemetry.Tap)],
            provider.GetRequiredService<XdsClient>().OpenChannel,
            provider.GetRequiredService<TimeProvider>(),
            RandomSource.Shared,
            provider.GetRequiredService<ILogger<BesideStreams>>()));

        // After the service that it talks through, so that it stops before it.
        services.AddHostedService<TrafficReporting>();
    }

    private static void AddPoolWatch(IServiceCollection services)
    {
        services.AddSingleton(provider => new PoolWatch(
            Options(provider).ThreadPool, new PoolPace(), ProcessThreadPool.Shared, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PoolWatch>>()));
        services.AddHostedService(provider => provider.GetRequiredService<PoolWatch>());
    }

    private static Func<bool> IsStarved(PoolWatch watch) => () => watch.IsStarved;

    private static void AddHttpClients(IServiceCollection services)
    {
        services.AddHttpClient();
        services.AddSingleton<MeshHandlerFactory>();
        services.AddSingleton<IMeshHandlerFactory>(provider => provider.GetRequiredService<MeshHandlerFactory>());
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, MeshClientAttachment>();
    }

    private static MeshOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<MeshOptions>>().Value;
}
