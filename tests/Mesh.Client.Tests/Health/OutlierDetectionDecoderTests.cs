using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Cluster;

namespace Mesh.Client.Tests.Health;

public sealed class OutlierDetectionDecoderTests
{
    [Fact]
    public void Decode_Empty_HasEnvoysDefaults()
    {
        var policy = Decode(new OutlierDetection(), out var errors)!;

        Assert.Empty(errors);
        Assert.Equal((10, 30, 300, 10u), (policy.Interval.TotalSeconds, policy.BaseEjectionTime.TotalSeconds, policy.MaxEjectionTime.TotalSeconds, policy.MaxEjectionPercent));
        Assert.Equal(new ConsecutiveRule(5, 100), policy.Consecutive5xx);
        Assert.Equal(new ConsecutiveRule(5, 0), policy.ConsecutiveGateway);
        Assert.Equal(new ConsecutiveRule(5, 100), policy.ConsecutiveLocalOrigin);
        Assert.Equal((100u, 100u, 5u, 100u, 1900u), (policy.SuccessRate.Enforcing, policy.SuccessRate.EnforcingLocalOrigin, policy.SuccessRate.MinimumHosts, policy.SuccessRate.RequestVolume, policy.SuccessRate.StandardDeviationFactor));
        Assert.Equal((0u, 0u, 85u, 5u, 50u), (policy.FailurePercentage.Enforcing, policy.FailurePercentage.EnforcingLocalOrigin, policy.FailurePercentage.Threshold, policy.FailurePercentage.MinimumHosts, policy.FailurePercentage.RequestVolume));
        Assert.Null(policy.AlwaysEjectOne);
        Assert.True(policy.UnejectOnHealthCheck);
        Assert.False(policy.SplitLocalOrigin);
    }

    [Fact]
    public void Decode_EveryField_IsRead()
    {
        var policy = Decode(
            new OutlierDetection
            {
                Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
                BaseEjectionTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
                MaxEjectionTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(3)),
                MaxEjectionTimeJitter = Duration.FromTimeSpan(TimeSpan.FromSeconds(4)),
                MaxEjectionPercent = 5,
                AlwaysEjectOneHost = false,
                SuccessfulActiveHealthCheckUnejectHost = false,
                SplitExternalLocalOriginErrors = true,
                Consecutive5Xx = 6,
                EnforcingConsecutive5Xx = 7,
                ConsecutiveGatewayFailure = 8,
                EnforcingConsecutiveGatewayFailure = 9,
                ConsecutiveLocalOriginFailure = 10,
                EnforcingConsecutiveLocalOriginFailure = 11,
                EnforcingSuccessRate = 12,
                EnforcingLocalOriginSuccessRate = 13,
                SuccessRateMinimumHosts = 14,
                SuccessRateRequestVolume = 15,
                SuccessRateStdevFactor = 16,
                EnforcingFailurePercentage = 17,
                EnforcingFailurePercentageLocalOrigin = 18,
                FailurePercentageThreshold = 19,
                FailurePercentageMinimumHosts = 20,
                FailurePercentageRequestVolume = 21,
            },
            out var errors);

        Assert.Empty(errors);
        Assert.Equal(
            new OutlierDetectionPolicy
            {
                Interval = TimeSpan.FromSeconds(1),
                BaseEjectionTime = TimeSpan.FromSeconds(2),
                MaxEjectionTime = TimeSpan.FromSeconds(3),
                MaxEjectionTimeJitter = TimeSpan.FromSeconds(4),
                MaxEjectionPercent = 5,
                AlwaysEjectOne = false,
                UnejectOnHealthCheck = false,
                SplitLocalOrigin = true,
                Consecutive5xx = new ConsecutiveRule(6, 7),
                ConsecutiveGateway = new ConsecutiveRule(8, 9),
                ConsecutiveLocalOrigin = new ConsecutiveRule(10, 11),
                SuccessRate = new SuccessRateRule { Enforcing = 12, EnforcingLocalOrigin = 13, MinimumHosts = 14, RequestVolume = 15, StandardDeviationFactor = 16 },
                FailurePercentage = new FailurePercentageRule { Enforcing = 17, EnforcingLocalOrigin = 18, Threshold = 19, MinimumHosts = 20, RequestVolume = 21 },
            },
            policy);
    }

    [Fact]
    public void Decode_OutOfRange_NamesTheFields()
    {
        Decode(
            new OutlierDetection { MaxEjectionPercent = 101, EnforcingConsecutive5Xx = 200, Interval = new Duration { Seconds = -1 }, FailurePercentageThreshold = 101 },
            out var errors);

        Assert.Equal(
            [
                "interval: expected a duration of at least 0, got -00:00:01",
                "max_ejection_percent: expected at most 100, got 101",
                "enforcing_consecutive_5xx: expected at most 100, got 200",
                "failure_percentage_threshold: expected at most 100, got 101",
            ],
            errors);
    }

    private static OutlierDetectionPolicy? Decode(OutlierDetection message, out string[] reasons)
    {
        var errors = new DecodeErrors();
        var policy = OutlierDetectionDecoder.Decode(message, errors);
        reasons = [.. errors.ToImmutable()];
        return policy;
    }
}
