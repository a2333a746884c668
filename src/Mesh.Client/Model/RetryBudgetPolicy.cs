namespace Mesh.Client.Model;

/// <summary>How many retries of a cluster may be under way at once (Envoy's <c>retry_budget</c> and <c>max_retries</c>).</summary>
/// <param name="Percent">Of the active requests.</param>
/// <param name="MinConcurrency">Always allowed.</param>
/// <param name="MaxConcurrency">A fixed limit; it counts where no percentage is configured.</param>
internal sealed record RetryBudgetPolicy(double? Percent, uint MinConcurrency, uint? MaxConcurrency)
{
    public const double DefaultPercent = 20;
    public const uint DefaultMinConcurrency = 3;

    /// <summary>Nothing is configured.</summary>
    public static RetryBudgetPolicy Default { get; } = new(null, DefaultMinConcurrency, null);
}
