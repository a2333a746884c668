using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Checker = Mesh.Protocol.Envoy.Core.HealthCheck.HealthCheckerOneofCase;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes how endpoints are asked for their health; what is required, and what may be above zero only, is Envoy's.</summary>
internal static class HealthCheckDecoder
{
    public static HealthCheckPolicy? Decode(RepeatedField<HealthCheck> messages, DecodeErrors errors)
    {
        if (messages.Count > 1)
        {
            errors.Add($"expected at most one, got {messages.Count}");
        }

        return messages.Count == 0 ? null : Decode(messages[0], errors);
    }

    private static HealthCheckPolicy? Decode(HealthCheck message, DecodeErrors errors)
    {
        var timeout = Required(message.Timeout, errors.In("timeout"));
        var interval = Required(message.Interval, errors.In("interval"));
        var unhealthyThreshold = Required(message.UnhealthyThreshold, errors.In("unhealthy_threshold"));
        var healthyThreshold = Required(message.HealthyThreshold, errors.In("healthy_threshold"));
        if (Probe(message, errors) is not { } probe)
        {
            return null;
        }

        return new()
        {
            Probe = probe,
            Timeout = timeout,
            Interval = interval,
            UnhealthyThreshold = unhealthyThreshold,
            HealthyThreshold = healthyThreshold,
            InitialJitter = DurationDecoder.DecodeNonNegative(message.InitialJitter, errors.In("initial_jitter")) ?? TimeSpan.Zero,
            IntervalJitter = DurationDecoder.DecodeNonNegative(message.IntervalJitter, errors.In("interval_jitter")) ?? TimeSpan.Zero,
            IntervalJitterPercent = message.IntervalJitterPercent,
            NoTrafficInterval = DurationDecoder.DecodePositive(message.NoTrafficInterval, errors.In("no_traffic_interval")) ?? TimeSpan.FromSeconds(60),
            NoTrafficHealthyInterval = DurationDecoder.DecodePositive(message.NoTrafficHealthyInterval, errors.In("no_traffic_healthy_interval")),
            UnhealthyInterval = DurationDecoder.DecodePositive(message.UnhealthyInterval, errors.In("unhealthy_interval")),
            UnhealthyEdgeInterval = DurationDecoder.DecodePositive(message.UnhealthyEdgeInterval, errors.In("unhealthy_edge_interval")),
            HealthyEdgeInterval = DurationDecoder.DecodePositive(message.HealthyEdgeInterval, errors.In("healthy_edge_interval")),
            ReuseConnection = message.ReuseConnection ?? true,
        };
    }

    private static HealthProbe? Probe(HealthCheck message, DecodeErrors errors)
    {
        switch (message.HealthCheckerCase)
        {
            case Checker.HttpHealthCheck:
                return HealthProbeDecoder.Http(message.HttpHealthCheck, errors.In("http_health_check"));
            case Checker.GrpcHealthCheck:
                return new GrpcHealthProbe(message.GrpcHealthCheck.ServiceName, message.GrpcHealthCheck.Authority);
            case Checker.TcpHealthCheck:
                return HealthProbeDecoder.Tcp(message.TcpHealthCheck, errors.In("tcp_health_check"));
            default:
                errors.Add($"expected http_health_check, grpc_health_check or tcp_health_check, got {message.HealthCheckerCase}");
                return null;
        }
    }

    private static TimeSpan Required(Duration? value, DecodeErrors errors)
    {
        if (value is null)
        {
            errors.Add("expected a duration above 0, got none");
        }

        return DurationDecoder.DecodePositive(value, errors) ?? TimeSpan.Zero;
    }

    private static uint Required(uint? value, DecodeErrors errors)
    {
        if (value is null)
        {
            errors.Add("expected a number, got none");
        }

        return value ?? 0;
    }
}
