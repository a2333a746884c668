using Mesh.ControlPlane.Serving.Callers;
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
    /// <param name="streams">Who may open a stream there, and how long it lasts: a workload uses the quotas of its namespace, one that need not prove anything all of them.</param>
    public void Map(IEndpointRouteBuilder endpoints, GuardedStreams streams) => endpoints.MapGrpc(
        QuotaMethods.StreamRateLimitQuotas,
        call => streams.ServeAsync(call, (caller, ended) => ServeAsync(call, caller is null ? QuotaScope.All : new QuotaScope(caller.Id.Namespace, readRoot), ended)));

    private async Task ServeAsync(GrpcServerCall<RateLimitQuotaUsageReports, RateLimitQuotaResponse> call, QuotaScope scope, CancellationToken cancellationToken)
    {
        var stream = new QuotaStream(Interlocked.Increment(ref _streams), ledger, scope);
        try
        {
            // Some reports have no answer; by the headers a client knows that somebody takes them.
            await call.SendHeadersAsync();
            while (await call.ReadAsync(cancellationToken) is { } reports)
            {
                if (reports.Domain == QuotaBuckets.UsageDomain)
                {
                    ApiUsageReports.Take(reports, scope, usage);
                }
                else if (stream.Answer(reports) is { } answer)
                {
                    await call.WriteAsync(answer, cancellationToken);
                }
            }
        }
        finally
        {
            stream.End();
        }
    }
}
