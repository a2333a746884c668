namespace Mesh.Client.Health.Outliers;

/// <summary>Why an endpoint was ejected (Envoy's OutlierEjectionType).</summary>
internal enum EjectionReason
{
    Consecutive5xx,
    ConsecutiveGatewayFailure,
    ConsecutiveLocalOriginFailure,
    SuccessRate,
    SuccessRateLocalOrigin,
    FailurePercentage,
    FailurePercentageLocalOrigin,
}
