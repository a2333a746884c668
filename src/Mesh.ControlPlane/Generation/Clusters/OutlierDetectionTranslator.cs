using Mesh.Protocol.Envoy.Cluster;
using IstioOutlierDetection = Mesh.Config.Istio.Networking.OutlierDetection;
using Percent = Mesh.Protocol.Envoy.Type.Percent;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.outlierDetection</c> into a cluster's ejection rules.</summary>
internal static class OutlierDetectionTranslator
{
    private const uint Always = 100;
    private const uint Never = 0;

    public static void Apply(GenerationContext context, Cluster cluster, IstioOutlierDetection? settings)
    {
        // gRPC reads the success-rate and failure-percentage rules only (gRFC A50), which Istio cannot say and istiod does not send.
        if (settings is null || context.IsProxylessGrpc)
        {
            return;
        }

        cluster.OutlierDetection = Translate(settings);
        // Always, as 0 turns Envoy's panic at 50 % off; istiod: not typically applicable with few pods a service.
        cluster.CommonLbConfig ??= new Cluster.Types.CommonLbConfig();
        cluster.CommonLbConfig.HealthyPanicThreshold = new Percent { Value = settings.MinHealthPercent };
    }

    private static OutlierDetection Translate(IstioOutlierDetection settings)
    {
        var result = new OutlierDetection
        {
            Interval = settings.Interval,
            BaseEjectionTime = settings.BaseEjectionTime,
            EnforcingSuccessRate = Never,
            SplitExternalLocalOriginErrors = settings.SplitExternalLocalOriginErrors,
        };
        if (settings.MaxEjectionPercent > 0)
        {
            result.MaxEjectionPercent = (uint)settings.MaxEjectionPercent;
        }

        if (ConsecutiveErrors(settings) is { } errors)
        {
            result.Consecutive5Xx = errors > 0 ? errors : null;
            result.EnforcingConsecutive5Xx = errors > 0 ? Always : Never;
        }

        if (settings.ConsecutiveGatewayErrors is { } gatewayErrors)
        {
            result.ConsecutiveGatewayFailure = gatewayErrors > 0 ? gatewayErrors : null;
            result.EnforcingConsecutiveGatewayFailure = gatewayErrors > 0 ? Always : Never;
        }

        if (settings.SplitExternalLocalOriginErrors)
        {
            // 0 is as good as unset here: istiod leaves Envoy's default of 5 in force for both.
            result.ConsecutiveLocalOriginFailure = settings.ConsecutiveLocalOriginFailures is > 0 ? settings.ConsecutiveLocalOriginFailures : null;
            result.EnforcingConsecutiveLocalOriginFailure = settings.ConsecutiveLocalOriginFailures is > 0 ? Always : null;
            result.EnforcingLocalOriginSuccessRate = Never;
        }

        return result;
    }

#pragma warning disable CS0612 // Istio still reads the old name where the new one is unset.
    private static uint? ConsecutiveErrors(IstioOutlierDetection settings) =>
        settings.Consecutive5XxErrors ?? (settings.ConsecutiveErrors > 0 ? (uint)settings.ConsecutiveErrors : null);
#pragma warning restore CS0612
}
