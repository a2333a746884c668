using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Metrics;
using Mesh.Server.Metrics;
using Mesh.Server.Rules;
using Mesh.Server.Transport;
using Mesh.Server.Transport.Live;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Hosting;

/// <summary>Puts the mesh before the endpoints of the application's server.</summary>
internal static class TransportSetup
{
    /// <summary>The key of another clock for the wait for a policy.</summary>
    public const string GateClock = "Mesh.Server.Gate";

    /// <summary>The server has been configured and not started, so that no endpoint is missed.</summary>
    public static InboundGate Guard(IServiceProvider services, WorkloadAnnouncer announcer)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var identity = services.GetService<IWorkloadIdentity>();

        // The machine's clock: one that a test of the application holds still would hold every request for ever.
        var gate = new InboundGate(services.GetRequiredService<InboundPolicy>(), identity, services.GetKeyedService<TimeProvider>(GateClock) ?? TimeProvider.System, services.GetRequiredService<ILogger<InboundGate>>());
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(gate.Start);
        if (services.GetService<IServer>() is not { } server)
        {
            return gate;
        }

        if (server.GetType().Assembly == typeof(KestrelServerOptions).Assembly)
        {
            Create(services, gate, identity, time).Guard(services.GetRequiredService<IOptions<KestrelServerOptions>>().Value);
            announcer.TerminatesMutualTls = true;
        }
        else if (identity is { IsConfigured: true })
        {
            TransportLog.NotKestrel(services.GetRequiredService<ILogger<InboundTransport>>(), server.GetType().FullName);
        }

        return gate;
    }

    private static InboundTransport Create(IServiceProvider services, InboundGate gate, IWorkloadIdentity? identity, TimeProvider time)
    {
        var counters = new TransportCounters(services.GetService<IMeterFactory>());
        var connections = new LiveConnections(
            gate, identity, counters, new TransportClock(time, RandomSource.Shared), services.GetRequiredService<ILogger<LiveConnections>>());
        return new InboundTransport(gate, identity, connections, new ConnectionRefusals(counters, time, services.GetRequiredService<ILogger<ConnectionRefusals>>()), time)
        {
            Sink = services.GetRequiredService<IOptions<MeshOptions>>().Value.Telemetry.Metrics
                ? new ServedConnectionMetrics(services.GetRequiredService<TrafficMeter>(), services.GetRequiredService<TrafficRules>(), services.GetRequiredService<LocalWorkload>())
                : null,
        };
    }
}
