using Google.Protobuf.WellKnownTypes;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Wire = Mesh.Protocol.Extensions.Health;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Hands the probe of a WorkloadGroup to the processes that register with it, with Istio's defaults (istio-agent's <c>health</c>).</summary>
internal static class ReadinessProbeGenerator
{
    private const int DefaultTimeout = 1;
    private const int DefaultPeriod = 10;
    private const int DefaultSuccesses = 1;
    private const int DefaultFailures = 3;

    /// <summary>Null where there is no group, or none with a probe.</summary>
    public static Wire.ReadinessProbe? Of(GenerationContext context)
    {
        if (context.Client.Group.Length == 0)
        {
            return null;
        }

        var id = new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.WorkloadGroup.Kind, context.Client.Namespace, context.Client.Group);
        return context.State.Config.Resources.GetValueOrDefault(id)?.Spec is WorkloadGroup { Probe: { } probe } ? Translate(probe) : null;
    }

    private static Wire.ReadinessProbe Translate(ReadinessProbe probe)
    {
        var made = new Wire.ReadinessProbe
        {
            InitialDelay = Seconds(probe.InitialDelaySeconds),
            Timeout = Seconds(OrDefault(probe.TimeoutSeconds, DefaultTimeout)),
            Period = Seconds(OrDefault(probe.PeriodSeconds, DefaultPeriod)),
            SuccessThreshold = (uint)OrDefault(probe.SuccessThreshold, DefaultSuccesses),
            FailureThreshold = (uint)OrDefault(probe.FailureThreshold, DefaultFailures),
        };
        switch (probe.HealthCheckMethodCase)
        {
            case ReadinessProbe.HealthCheckMethodOneofCase.HttpGet:
                made.Http = Http(probe.HttpGet);
                break;
            case ReadinessProbe.HealthCheckMethodOneofCase.TcpSocket:
                made.Tcp = new Wire.TcpReadiness { Host = probe.TcpSocket.Host, Port = probe.TcpSocket.Port };
                break;
            case ReadinessProbe.HealthCheckMethodOneofCase.Grpc:
                made.Grpc = new Wire.GrpcReadiness { Port = probe.Grpc.Port, Service = probe.Grpc.Service };
                break;
            case ReadinessProbe.HealthCheckMethodOneofCase.Exec:
                made.Exec = new Wire.ExecReadiness { Command = { probe.Exec.Command } };
                break;
        }

        return made;
    }

    private static Wire.HttpReadiness Http(HTTPHealthCheckConfig http) => new()
    {
        Host = http.Host,
        Port = http.Port,
        Path = http.Path.StartsWith('/') ? http.Path : $"/{http.Path}",
        Tls = http.Scheme.Equals("HTTPS", StringComparison.OrdinalIgnoreCase),
        Headers = { http.HttpHeaders.Select(header => new Wire.ReadinessHeader { Name = header.Name, Value = header.Value }) },
    };

    private static int OrDefault(int value, int fallback) => value > 0 ? value : fallback;

    private static Duration Seconds(int seconds) => new() { Seconds = seconds };
}
