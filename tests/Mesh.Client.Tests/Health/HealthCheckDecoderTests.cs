using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Type;

namespace Mesh.Client.Tests.Health;

public sealed class HealthCheckDecoderTests
{
    [Fact]
    public void Decode_HttpCheck_ReadsEveryField()
    {
        var message = Check();
        message.IntervalJitterPercent = 20;
        message.UnhealthyEdgeInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(2));
        message.HttpHealthCheck = new HealthCheck.Types.HttpHealthCheck
        {
            Host = "h",
            Path = "/p",
            Method = RequestMethod.Head,
            CodecClientType = CodecClientType.Http2,
            ExpectedStatuses = { new Int64Range { Start = 200, End = 300 } },
        };

        var policy = Decode([message], out var errors)!;

        Assert.Empty(errors);
        Assert.Equal(
            new HealthCheckPolicy
            {
                Probe = new HttpHealthProbe("HEAD", "/p", "h", Http2: true) { ExpectedStatuses = new([new StatusRange(200, 300)]) },
                Timeout = TimeSpan.FromSeconds(1),
                Interval = TimeSpan.FromSeconds(10),
                UnhealthyThreshold = 3,
                HealthyThreshold = 2,
                IntervalJitterPercent = 20,
                UnhealthyEdgeInterval = TimeSpan.FromSeconds(2),
            },
            policy);
    }

    [Fact]
    public void Decode_SameMessageTwice_GivesEqualPolicies()
    {
        var message = Check();
        message.TcpHealthCheck = new HealthCheck.Types.TcpHealthCheck { Receive = { new HealthCheck.Types.Payload { Text = "00ff" } } };

        Assert.Equal(Decode([message], out _), Decode([message.Clone()], out _));
    }

    [Fact]
    public void Decode_WrongFields_AreNamed()
    {
        Decode([new HealthCheck { HttpHealthCheck = new() { Path = "x", Method = RequestMethod.Connect } }], out var errors);

        Assert.Equal(
            [
                "timeout: expected a duration above 0, got none",
                "interval: expected a duration above 0, got none",
                "unhealthy_threshold: expected a number, got none",
                "healthy_threshold: expected a number, got none",
                "http_health_check.path: expected a path that starts with '/', got 'x'",
                "http_health_check.method: expected any method but CONNECT",
            ],
            errors);
    }

    [Fact]
    public void Decode_NoneSeveralOrUnknown_IsNullOrRefused()
    {
        Assert.Null(Decode([], out var none));
        Decode([Check(), Check()], out var several);
        Decode([Check()], out var unknown);

        Assert.Empty(none);
        Assert.Contains("expected at most one, got 2", several);
        Assert.Equal(["expected http_health_check, grpc_health_check or tcp_health_check, got None"], unknown);
    }

    private static HealthCheck Check() => new()
    {
        Timeout = new Duration { Seconds = 1 },
        Interval = new Duration { Seconds = 10 },
        UnhealthyThreshold = 3,
        HealthyThreshold = 2,
    };

    private static HealthCheckPolicy? Decode(RepeatedField<HealthCheck> messages, out string[] reasons)
    {
        var errors = new DecodeErrors();
        var policy = HealthCheckDecoder.Decode(messages, errors);
        reasons = [.. errors.ToImmutable()];
        return policy;
    }
}
