using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Transport.Tls;
using Mesh.Client.Xds;
using Mesh.Server.Gateway;
using Mesh.Server.Gateway.Connections;
using Mesh.Server.Gateway.Forwarding;
using Mesh.Server.Gateway.Ports;
using Mesh.Server.Gateway.Requests;
using Mesh.Server.Gateway.Tls;
using Mesh.Server.Transport.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Hosting;

/// <summary>Puts the parts of a gateway together, and its endpoint into the application's server.</summary>
internal static class GatewaySetup
{
    private const string OpenKey = "Mesh.Server.MapMeshGateway";

    /// <summary>What is there in every application and costs nothing until it is a gateway.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddOptions<MeshGatewayOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<MeshGatewayOptions>, GatewayOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MeshGatewayOptions>, GatewayOptionsValidator>());
        services.TryAddSingleton(static provider => new GatewayMeter(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(CreatePorts);
        services.TryAddSingleton<IMeshGateway>(provider => provider.GetRequiredService<GatewayPorts>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, GatewayListenerFactory>());
    }

    public static EdgeStage CreateEdge(IServiceProvider services) => new(services.GetRequiredService<DestinationDirectory>(), RandomSource.Shared, services.GetRequiredService<GatewayMeter>());

    public static FloodGuard CreateFloodGuard(IServiceProvider services) => new(services.GetRequiredService<GatewayMeter>());

    public static GatewayProxy CreateProxy(IServiceProvider services)
    {
        // Every route leads to a cluster; what the mesh does not know is not reached from here.
        var nowhere = new HttpMessageInvoker(services.GetRequiredService<IMeshHandlerFactory>().CreateHandler());
        return new GatewayProxy(
            services.GetRequiredService<OutboundPipeline>(),
            new OutboundClient(nowhere, Redirects: null),
            new UnseenActivity(services.GetService<DiagnosticListener>()),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<GatewayProxy>>());
    }

    /// <summary>Whether the application is a gateway.</summary>
    public static bool IsOpen(IApplicationBuilder app) => app.Properties.ContainsKey(OpenKey);

    /// <summary>The server has been configured and not started.</summary>
    public static void Open(IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        if (services.GetService<GatewayPorts>() is not { } ports)
        {
            throw new InvalidOperationException("MapMeshGateway() found no gateway in the application's services. Call builder.AddMesh() on the WebApplicationBuilder before builder.Build().");
        }

        if (services.GetService<IServer>()?.GetType().Assembly != typeof(KestrelServerOptions).Assembly)
        {
            throw new InvalidOperationException($"MapMeshGateway() needs Kestrel, and the application's server is {services.GetService<IServer>()?.GetType().FullName ?? "none"}. Use WebApplication's default server.");
        }

        app.Properties[OpenKey] = true;
        services.GetRequiredService<Workload>().IsGateway = true;
        services.GetRequiredService<XdsClient>().FollowGateway();
        var registration = new GatewayRegistration(ports, services.GetRequiredService<WorkloadAnnouncer>());
        ports.Changed += registration.Announce;
        if (services.GetService<IMeterFactory>() is { } meters)
        {
            var refusals = new ServerRefusals(ports, services.GetRequiredService<GatewayMeter>(), meters);
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(refusals.Dispose);
        }

        var kestrel = services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;

        // Who answers is for the callee to say.
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = DigitsEncoding.Before(kestrel.RequestHeaderEncodingSelector);
        var door = CreateDoor(services, ports);
        var terminator = CreateTerminator(services);
        kestrel.Listen(GatewayEndPoint.Instance, endpoint =>
        {
            endpoint.Use(requests =>
            {
                var encrypted = terminator.Before(endpoint, requests);
                return context => door.OnConnectionAsync(context, encrypted, requests);
            });
        });
    }

    private static GatewayPorts CreatePorts(IServiceProvider services) => new(
        services.GetRequiredService<DestinationDirectory>(),
        new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), services.GetRequiredService<ILoggerFactory>()),
        services.GetRequiredService<IOptions<MeshGatewayOptions>>().Value,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<GatewayMeter>(),
        services.GetRequiredService<ILogger<GatewayPorts>>());

    private static FrontDoor CreateDoor(IServiceProvider services, GatewayPorts ports) => new(
        ports,
        services.GetRequiredService<DestinationDirectory>(),
        CreateForwarder(services),
        services.GetRequiredService<GatewayMeter>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<FrontDoor>>());

    private static TlsTerminator CreateTerminator(IServiceProvider services) => new(
        new ServerCertificates(services.GetRequiredService<TlsSecrets>()),
        services.GetRequiredService<IWorkloadIdentity>(),
        CreateForwarder(services),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<TlsTerminator>>());

    private static ConnectionForwarder CreateForwarder(IServiceProvider services) => new(
        services.GetRequiredService<ConnectionAttempts>(), RandomSource.Shared, services.GetRequiredService<ILogger<ConnectionForwarder>>());
}
