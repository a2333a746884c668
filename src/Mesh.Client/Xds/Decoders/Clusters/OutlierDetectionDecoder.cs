using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes when endpoints are ejected; the limits are Envoy's and gRFC A50's.</summary>
internal static class OutlierDetectionDecoder
{
    private static readonly OutlierDetectionPolicy Default = new();

    public static OutlierDetectionPolicy? Decode(OutlierDetection? message, DecodeErrors errors) => message is null ? null : new()
    {
        Interval = Time(message.Interval, Default.Interval, errors.In("interval")),
        BaseEjectionTime = Time(message.BaseEjectionTime, Default.BaseEjectionTime, errors.In("base_ejection_time")),
        MaxEjectionTime = Time(message.MaxEjectionTime, Default.MaxEjectionTime, errors.In("max_ejection_time")),
        MaxEjectionTimeJitter = Time(message.MaxEjectionTimeJitter, TimeSpan.Zero, errors.In("max_ejection_time_jitter")),
        MaxEjectionPercent = Percent(message.MaxEjectionPercent, Default.MaxEjectionPercent, errors.In("max_ejection_percent")),
        AlwaysEjectOne = message.AlwaysEjectOneHost,
        UnejectOnHealthCheck = message.SuccessfulActiveHealthCheckUnejectHost ?? Default.UnejectOnHealthCheck,
        SplitLocalOrigin = message.SplitExternalLocalOriginErrors,
        Consecutive5xx = Rule(message.Consecutive5Xx, message.EnforcingConsecutive5Xx, Default.Consecutive5xx, errors.In("enforcing_consecutive_5xx")),
        ConsecutiveGateway = Rule(
            message.ConsecutiveGatewayFailure,
            message.EnforcingConsecutiveGatewayFailure,
            Default.ConsecutiveGateway,
            errors.In("enforcing_consecutive_gateway_failure")),
        ConsecutiveLocalOrigin = Rule(
            message.ConsecutiveLocalOriginFailure,
            message.EnforcingConsecutiveLocalOriginFailure,
            Default.ConsecutiveLocalOrigin,
            errors.In("enforcing_consecutive_local_origin_failure")),
        SuccessRate = SuccessRate(message, errors),
        FailurePercentage = FailurePercentage(message, errors),
    };

    private static SuccessRateRule SuccessRate(OutlierDetection message, DecodeErrors errors)
    {
        var rule = Default.SuccessRate;
        return new()
        {
            Enforcing = Percent(message.EnforcingSuccessRate, rule.Enforcing, errors.In("enforcing_success_rate")),
            EnforcingLocalOrigin = Percent(
                message.EnforcingLocalOriginSuccessRate, rule.EnforcingLocalOrigin, errors.In("enforcing_local_origin_success_rate")),
            MinimumHosts = message.SuccessRateMinimumHosts ?? rule.MinimumHosts,
            RequestVolume = message.SuccessRateRequestVolume ?? rule.RequestVolume,
            StandardDeviationFactor = message.SuccessRateStdevFactor ?? rule.StandardDeviationFactor,
        };
    }

    private static FailurePercentageRule FailurePercentage(OutlierDetection message, DecodeErrors errors)
    {
        var rule = Default.FailurePercentage;
        return new()
        {
            Enforcing = Percent(message.EnforcingFailurePercentage, rule.Enforcing, errors.In("enforcing_failure_percentage")),
            EnforcingLocalOrigin = Percent(
                message.EnforcingFailurePercentageLocalOrigin, rule.EnforcingLocalOrigin, errors.In("enforcing_failure_percentage_local_origin")),
            Threshold = Percent(message.FailurePercentageThreshold, rule.Threshold, errors.In("failure_percentage_threshold")),
            MinimumHosts = message.FailurePercentageMinimumHosts ?? rule.MinimumHosts,
            RequestVolume = message.FailurePercentageRequestVolume ?? rule.RequestVolume,
        };
    }

    private static ConsecutiveRule Rule(uint? threshold, uint? enforcing, ConsecutiveRule standard, DecodeErrors errors) =>
        new(threshold ?? standard.Threshold, Percent(enforcing, standard.Enforcing, errors));

    private static TimeSpan Time(Google.Protobuf.WellKnownTypes.Duration? value, TimeSpan standard, DecodeErrors errors) =>
        DurationDecoder.DecodeNonNegative(value, errors) ?? standard;

    private static uint Percent(uint? value, uint standard, DecodeErrors errors)
    {
        if (value > 100)
        {
            errors.Add($"expected at most 100, got {value}");
        }

        return value ?? standard;
    }
}
