using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Cluster;
using Percent = Mesh.Protocol.Envoy.Type.Percent;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.connectionPool</c> and <c>retryBudget</c> into a cluster's limits on concurrent work.</summary>
internal static class ConnectionPoolTranslator
{
    private const double DefaultRetryBudgetPercent = 20;
    private const uint DefaultMinRetryConcurrency = 3;

    public static void Apply(GenerationContext context, Cluster cluster, TrafficPolicy policy)
    {
        var tcp = policy.ConnectionPool?.Tcp;
        var http = policy.ConnectionPool?.Http;
        if (context.IsProxylessGrpc)
        {
            if (http is { Http2MaxRequests: > 0 })
            {
                cluster.CircuitBreakers = Limits(new CircuitBreakers.Types.Thresholds { MaxRequests = (uint)http.Http2MaxRequests });
            }

            return;
        }

        // Istio's default is no limit, while a message that leaves one out means Envoy's 1,024 (3 retries).
        var thresholds = new CircuitBreakers.Types.Thresholds
        {
            MaxConnections = LimitOf(tcp?.MaxConnections),
            MaxPendingRequests = LimitOf(http?.Http1MaxPendingRequests),
            MaxRequests = LimitOf(http?.Http2MaxRequests),
            MaxRetries = LimitOf(http?.MaxRetries),
            RetryBudget = policy.RetryBudget is { } budget ? BudgetOf(budget) : null,
        };
        cluster.CircuitBreakers = Limits(thresholds);
    }

    private static CircuitBreakers Limits(CircuitBreakers.Types.Thresholds thresholds) => new() { Thresholds = { thresholds } };

    private static uint LimitOf(int? configured) => configured is > 0 ? (uint)configured : uint.MaxValue;

    private static CircuitBreakers.Types.Thresholds.Types.RetryBudget BudgetOf(TrafficPolicy.Types.RetryBudget budget) => new()
    {
        BudgetPercent = new Percent { Value = budget.Percent ?? DefaultRetryBudgetPercent },
        MinRetryConcurrency = budget.MinRetryConcurrency > 0 ? budget.MinRetryConcurrency : DefaultMinRetryConcurrency,
    };
}
