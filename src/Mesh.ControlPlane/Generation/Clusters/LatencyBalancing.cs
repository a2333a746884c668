using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Extensions.LoadBalancing;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Reads the annotations of a DestinationRule that ask for balancing by latency, which Istio's API cannot say.</summary>
internal static class LatencyBalancing
{
    private const string PolicyAnnotation = "mesh.dev/load-balancer";
    private const string DecayAnnotation = "mesh.dev/load-balancer-decay";
    private const string PeakEwmaName = "PEAK_EWMA";

    /// <summary>Null when no rule asks for it.</summary>
    public static PeakEwma? Of(GenerationContext context, EffectiveRule rule)
    {
        if (rule.Source is not { } source
            || context.State.Config.Resources.GetValueOrDefault(source)?.Annotations is not { } annotations
            || !annotations.TryGetValue(PolicyAnnotation, out var policy))
        {
            return null;
        }

        if (policy != PeakEwmaName)
        {
            context.Notices.LeftOut(source, $"{PolicyAnnotation} '{policy}'", $"expected {PeakEwmaName}; the rule's loadBalancer holds");
            return null;
        }

        return new PeakEwma { Decay = Decay(context, source, annotations.GetValueOrDefault(DecayAnnotation)) };
    }

    private static Duration? Decay(GenerationContext context, ResourceId source, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.EndsWith('s')
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 86_400)
        {
            return Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
        }

        context.Notices.LeftOut(source, $"{DecayAnnotation} '{text}'", "expected seconds above 0 and below a day, such as 10s; the default of 10s holds");
        return null;
    }
}
