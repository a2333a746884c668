using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Wire = Mesh.Protocol.Envoy.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes how many retries a cluster allows at once: the thresholds of the default priority, as no route of ours asks for another.</summary>
internal static class RetryBudgetDecoder
{
    public static RetryBudgetPolicy Decode(Wire.CircuitBreakers? breakers, DecodeErrors errors)
    {
        if (breakers?.Thresholds.FirstOrDefault(threshold => threshold.Priority == RoutingPriority.Default) is not { } thresholds)
        {
            return RetryBudgetPolicy.Default;
        }

        var budget = thresholds.RetryBudget;
        if (budget?.BudgetPercent?.Value is { } percent and not (>= 0 and <= 100))
        {
            errors.Add($"retry_budget.budget_percent: expected 0 to 100, got {percent}");
        }

        // Istio writes the largest number for "no limit".
        return new RetryBudgetPolicy(
            budget is null ? null : budget.BudgetPercent?.Value ?? RetryBudgetPolicy.DefaultPercent,
            budget?.MinRetryConcurrency ?? RetryBudgetPolicy.DefaultMinConcurrency,
            thresholds.MaxRetries is uint.MaxValue ? null : thresholds.MaxRetries);
    }
}
