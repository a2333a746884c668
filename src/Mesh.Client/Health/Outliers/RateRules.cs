using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>Finds the endpoints whose rates of one interval make them outliers; the worst come first, as the cap may not let all of them go.</summary>
internal static class RateRules
{
    /// <summary>Those more than the factor times the standard deviation below the mean (Envoy; gRFC A50).</summary>
    public static IReadOnlyList<EndpointRate> BelowMean(SuccessRateRule rule, IReadOnlyCollection<EndpointRate> rates)
    {
        var counted = Counted(rates, rule.RequestVolume);
        if (counted.Count == 0 || counted.Count < rule.MinimumHosts)
        {
            return [];
        }

        var mean = counted.Average(rate => rate.SuccessRate);
        var variance = counted.Average(rate => (rate.SuccessRate - mean) * (rate.SuccessRate - mean));
        var threshold = mean - rule.StandardDeviationFactor / 1000.0 * Math.Sqrt(variance);
        return WorstFirst(counted.Where(rate => rate.SuccessRate < threshold));
    }

    /// <summary>Those with at least the given share of failures (Envoy; gRFC A50 asks for more than it).</summary>
    public static IReadOnlyList<EndpointRate> AboveThreshold(FailurePercentageRule rule, IReadOnlyCollection<EndpointRate> rates)
    {
        var counted = Counted(rates, rule.RequestVolume);
        return counted.Count == 0 || counted.Count < rule.MinimumHosts
            ? []
            : WorstFirst(counted.Where(rate => 100 - rate.SuccessRate >= rule.Threshold));
    }

    private static List<EndpointRate> Counted(IReadOnlyCollection<EndpointRate> rates, uint volume) =>
        [.. rates.Where(rate => rate.Requests > 0 && rate.Requests >= volume)];

    private static List<EndpointRate> WorstFirst(IEnumerable<EndpointRate> rates) => [.. rates.OrderBy(rate => rate.SuccessRate)];
}
