using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.Common;
using OldConfig = Mesh.Protocol.Envoy.Cluster.Cluster.Types.SlowStartConfig;
using Percent = Mesh.Protocol.Envoy.Type.Percent;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes slow start, which is there in two places with the same fields.</summary>
internal static class SlowStartDecoder
{
    public static WarmupPolicy? Decode(OldConfig? config, DecodeErrors errors) =>
        config is null ? null : Decode(config.SlowStartWindow, config.Aggression, config.MinWeightPercent, errors);

    public static WarmupPolicy? Decode(SlowStartConfig? config, DecodeErrors errors) =>
        config is null ? null : Decode(config.SlowStartWindow, config.Aggression, config.MinWeightPercent, errors);

    private static WarmupPolicy? Decode(Duration? window, RuntimeDouble? aggression, Percent? minimum, DecodeErrors errors)
    {
        var duration = DurationDecoder.DecodeNonNegative(window, errors.In("slow_start_window"));
        var power = aggression?.DefaultValue ?? 1;
        if (!double.IsFinite(power) || power <= 0)
        {
            errors.Add($"aggression: expected a number above 0, got {power}");
        }

        var percent = minimum?.Value ?? 10;
        if (percent is not (>= 0 and <= 100))
        {
            errors.Add($"min_weight_percent: expected 0 to 100, got {percent}");
        }

        // Without a window the feature is off (Envoy).
        return duration > TimeSpan.Zero ? new WarmupPolicy(duration.Value, percent, power) : null;
    }
}
