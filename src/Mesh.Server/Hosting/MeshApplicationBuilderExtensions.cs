using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Client.AccessLogs;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Metrics;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Taps;
using Mesh.Client.Propagation;
using Mesh.Client.Tracing;
using Mesh.Server.AccessLogs;
using Mesh.Server.Apis.Transformations;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization.Endpoints;
using Mesh.Server.Cors;
using Mesh.Server.Hosting;
using Mesh.Server.Metrics;
using Mesh.Server.Pipeline;
using Mesh.Server.Propagation;
using Mesh.Server.Registration;
using Mesh.Server.Reports;
using Mesh.Server.Rules;
using Mesh.Server.Taps;
using Mesh.Server.Tracing;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the requests that an ASP.NET Core application receives into the mesh.</summary>
public static class MeshApplicationBuilderExtensions
{
    private const string UsedKey = "Mesh.Server.UseMesh";

    /// <summary>
    /// Adds the mesh's inbound stages, lets Kestrel's endpoints take mutual TLS of the mesh as the policy says, and registers the process as an endpoint of its service once the server listens.
    /// Place it after <c>UseRouting()</c> (a <c>WebApplication</c> that does not call it has it first) and before what calls other services.
    /// Calling it again does nothing.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMesh()</c> was not called.</exception>
    public static IApplicationBuilder UseMesh(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var announcer = app.ApplicationServices.GetService<WorkloadAnnouncer>()
            ?? throw new InvalidOperationException("UseMesh() found no mesh in the application's services. Call builder.AddMesh() before builder.Build().");
        if (!app.Properties.TryAdd(UsedKey, true))
        {
            return app;
        }

        var gate = TransportSetup.Guard(app.ApplicationServices, announcer);
        FollowServer(app.ApplicationServices, announcer);

        // Once the application has said all: whether it is a gateway, too.
        return app.Use(next => CreatePipeline(app.ApplicationServices, announcer.Options, gate, isGateway: GatewaySetup.IsOpen(app)).Before(next));
    }

    private static InboundPipeline CreatePipeline(IServiceProvider services, MeshOptions options, InboundGate gate, bool isGateway) => new(
        new ReportStage(
            [.. RequestSinks(services, options), .. ReportSinks(services), ApiSetup.CreateUsage(services, options.Telemetry.Metrics), .. isGateway ? [GatewaySetup.CreateFloodGuard(services)] : Array.Empty<IRequestSink>()],
            services.GetRequiredService<TimeProvider>()),
        isGateway ? GatewaySetup.CreateEdge(services) : null,
        new GateStage(gate, services.GetRequiredService<ILogger<GateStage>>()),
        new CallerHeaderStage(options.Propagation, new RequestIds(RandomSource.Shared)),
        services.GetService<JwtStage>() ?? MeshAuthenticationBuilderExtensions.CreateStage(services),
        ApiSetup.CreateKeys(services),
        AuthorizationSetup.CreateStage(services, out var judge),
        new EndpointPolicyStage(options.Namespace, judge),
        ApiSetup.CreateVersions(services),
        RateLimitSetup.CreateStage(services),
        new CorsStage(new InboundRules(services.GetRequiredService<InboundPolicy>(), RandomSource.Shared)),
        new TransformationStage(services.GetRequiredService<InboundPolicy>()),
        new InboundCallStage(
            options.Propagation,
            new HeaderCapture(options.Propagation, options.Lanes.Header),
            services.GetRequiredService<DeadlinePool>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<InboundCallStage>>()),
        isGateway ? GatewaySetup.CreateProxy(services) : null);

    private static IEnumerable<IRequestSink> RequestSinks(IServiceProvider services, MeshOptions options)
    {
        var registered = services.GetServices<IRequestSink>();
        if (options.Telemetry.Tap)
        {
            registered = registered.Append(new TapRequestSink(services.GetRequiredService<TapBoard>(), services.GetRequiredService<TimeProvider>()));
        }

        return options.Telemetry.Metrics
            ? registered.Prepend(new GrpcServerMetrics(services.GetRequiredService<IMeterFactory>())).Prepend(new RequestMetrics(services.GetRequiredService<TrafficMeter>(), services.GetRequiredService<TrafficRules>(), services.GetRequiredService<LocalWorkload>()))
            : registered;
    }

    /// <summary>Those of the mesh's own that go with every application.</summary>
    private static IRequestSink[] ReportSinks(IServiceProvider services) =>
    [
        new RequestTraceSink(services.GetRequiredService<MeshTracer>(), services.GetRequiredService<TelemetryPolicy>(), services.GetRequiredService<ProcessFacts>()),
        new RequestLogSink(
            services.GetRequiredService<AccessLogPlan>(),
            services.GetRequiredService<TelemetryPolicy>(),
            services.GetRequiredService<ProcessFacts>(),
            services.GetRequiredService<TracedWorkload>()),
    ];

    private static void FollowServer(IServiceProvider services, WorkloadAnnouncer announcer) =>
        new ListenerRegistration(
            services.GetService<IServer>(),
            announcer,
            services.GetRequiredService<IConfiguration>(),
            services.GetRequiredService<ILogger<ListenerRegistration>>())
        .Follow(services.GetRequiredService<IHostApplicationLifetime>());
}
