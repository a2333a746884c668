using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes the settings of least request (gRFC A48).</summary>
internal static class LeastRequestDecoder
{
    private const uint DefaultChoiceCount = 2;

    // More would be a scan of the endpoints; gRPC cuts off at 10, too.
    private const uint MaxChoiceCount = 10;

    public static LoadBalancingPolicy Decode(uint? choiceCount, RuntimeDouble? bias, DecodeErrors errors)
    {
        var count = choiceCount ?? DefaultChoiceCount;
        if (count < DefaultChoiceCount)
        {
            errors.Add($"choice_count: expected at least {DefaultChoiceCount}, got {count}");
        }

        var power = bias?.DefaultValue ?? 1;
        if (!double.IsFinite(power) || power < 0)
        {
            errors.Add($"active_request_bias: expected at least 0, got {power}");
        }

        return new LoadBalancingPolicy(LoadBalancingKind.LeastRequest, (int)Math.Min(count, MaxChoiceCount)) { ActiveRequestBias = power };
    }
}
