using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>The rate limit quota service: processes report what they let through, and are given their share of it.</summary>
/// <param name="ledger">The buckets of all streams.</param>
/// <param name="usage">Takes what is reported of API consumers.</param>
/// <param name="readRoot">The root namespace of the mesh, as the configuration says now.</param>
internal sealed class QuotaService(QuotaLedger ledger, ApiUsageLedger usage, Func<string> readRoot)
{
    private long _streams;

    /// <param name="endpoints">Of the port.</param>
    /// <param name="findNamespace">Authenticates a stream and tells the namespace of its workload, whose quotas it may use; null on the plaintext port, where nobody can prove anything.</param>
    /// <param name="stopping">Fires when the server begins to stop.</param>
    public void Map(
        IEndpointRouteBuilder endpoints,
        Func<GrpcServerCall<RateLimitQuotaUsageReports, RateLimitQuotaResponse>, ValueTask<string?>>? findNamespace,
        CancellationToken stopping) =>
        endpoints.MapGrpc(QuotaMethods.StreamRateLimitQuotas, async call =>
        {
            var scope = findNamespace is null ? QuotaScope.All : new QuotaScope(await findNamespace(call), readRoot);
            await ServeAsync(call, scope, stopping);
        });

    private async Task ServeAsync(GrpcServerCall<RateLimitQuotaUsageReports, RateLimitQuotaResponse> call, QuotaScope scope, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping);
        var stream = new QuotaStream(Interlocked.Increment(ref _streams), ledger, scope);
        try
        {
            while (await call.ReadAsync(ended.Token) is { } reports)
            {
                if (reports.Domain == QuotaBuckets.UsageDomain)
                {
                    ApiUsageReports.Take(reports, scope, usage);
                }
                else if (stream.Answer(reports) is { } answer)
                {
                    await call.WriteAsync(answer, ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "The control plane is stopping; connect again.");
        }
        finally
        {
            stream.End();
        }
    }
}
