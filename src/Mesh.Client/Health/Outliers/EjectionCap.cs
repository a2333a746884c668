using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>Tells whether one more endpoint may be ejected: Envoy's percentage, and the rule for small clusters.</summary>
/// <remarks>
/// By the percentage alone a cluster of fewer than ten endpoints would never eject one at the default of 10 %, and would go on failing a share of its requests;
/// so the first ejection is allowed whenever another endpoint is left that takes requests. The last one is never ejected: an error of its own says more to the
/// caller than "no healthy upstream". Who wants Envoy's bare rule sets <c>always_eject_one_host</c>, either way, or 100 %.
/// </remarks>
internal static class EjectionCap
{
    /// <param name="policy">The cluster's.</param>
    /// <param name="hosts">Endpoints of the cluster, whatever their state.</param>
    /// <param name="ejected">How many of them are ejected now.</param>
    /// <param name="anotherIsLeft">Whether an endpoint would be left that takes requests.</param>
    public static bool Allows(OutlierDetectionPolicy policy, int hosts, int ejected, bool anotherIsLeft)
    {
        var isWithinPercent = 100L * (ejected + 1) <= (long)policy.MaxEjectionPercent * hosts;
        if (policy.AlwaysEjectOne is { } always)
        {
            return isWithinPercent || (always && ejected == 0);
        }

        return policy.MaxEjectionPercent >= 100
            || (anotherIsLeft && (isWithinPercent || (ejected == 0 && policy.MaxEjectionPercent > 0)));
    }
}
