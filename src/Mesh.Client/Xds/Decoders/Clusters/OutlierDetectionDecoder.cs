using Mesh.Protocol.Envoy.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Checks outlier detection settings (gRFC A50); the policy itself is not read yet.</summary>
internal static class OutlierDetectionDecoder
{
    public static void Validate(OutlierDetection? detection, DecodeErrors errors)
    {
        if (detection is null)
        {
            return;
        }

        DurationDecoder.DecodeNonNegative(detection.Interval, errors.In("interval"));
        DurationDecoder.DecodeNonNegative(detection.BaseEjectionTime, errors.In("base_ejection_time"));
        DurationDecoder.DecodeNonNegative(detection.MaxEjectionTime, errors.In("max_ejection_time"));
        Percentage(detection.MaxEjectionPercent, errors.In("max_ejection_percent"));
        Percentage(detection.EnforcingSuccessRate, errors.In("enforcing_success_rate"));
        Percentage(detection.FailurePercentageThreshold, errors.In("failure_percentage_threshold"));
        Percentage(detection.EnforcingFailurePercentage, errors.In("enforcing_failure_percentage"));
    }

    private static void Percentage(uint? value, DecodeErrors errors)
    {
        if (value > 100)
        {
            errors.Add($"expected at most 100, got {value}");
        }
    }
}
