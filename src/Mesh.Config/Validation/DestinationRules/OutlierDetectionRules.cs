using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Passive health: when an endpoint is ejected.</summary>
internal static class OutlierDetectionRules
{
    public static void Check(FieldScope scope, OutlierDetection? detection)
    {
        if (detection is null)
        {
            return;
        }

        ValueRules.Duration(scope.Field("interval"), detection.Interval);
        ValueRules.Duration(scope.Field("baseEjectionTime"), detection.BaseEjectionTime);
        ValueRules.Percent(scope.Field("maxEjectionPercent"), detection.MaxEjectionPercent);
        ValueRules.Percent(scope.Field("minHealthPercent"), detection.MinHealthPercent);
        scope.Field("consecutiveLocalOriginFailures").Require(
            detection.ConsecutiveLocalOriginFailures is null or 0 || detection.SplitExternalLocalOriginErrors,
            "consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors: true");
#pragma warning disable CS0612 // Istio still accepts the deprecated field.
        if (detection.ConsecutiveErrors != 0)
#pragma warning restore CS0612
        {
            scope.Field("consecutiveErrors").Warning("consecutiveErrors is old; use consecutive5xxErrors or consecutiveGatewayErrors");
        }

        if (detection.OutlierDetectionHttpErrorCodes.Count > 0)
        {
            scope.Field("outlierDetectionHttpErrorCodes").Warning("outlierDetectionHttpErrorCodes has no effect in this version of the mesh: 5xx counts as an error");
        }

        scope.Each("outlierDetectionHttpErrorCodes", detection.OutlierDetectionHttpErrorCodes, static (item, code) =>
            item.Require(code is >= 100 and <= 599, $"must be an HTTP status between 100 and 599, found {code}"));
    }
}
