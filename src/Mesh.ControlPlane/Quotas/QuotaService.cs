using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>The rate limit quota service: processes report what they let through, and are given their share of it.</summary>
internal sealed class QuotaService(QuotaLedger ledger)
{
    private long _streams;

    public void Map(IEndpointRouteBuilder endpoints, CancellationToken stopping) =>
        endpoints.MapGrpc(QuotaMethods.StreamRateLimitQuotas, call => ServeAsync(call, stopping));

    private async Task ServeAsync(GrpcServerCall<RateLimitQuotaUsageReports, RateLimitQuotaResponse> call, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping);
        var stream = new QuotaStream(Interlocked.Increment(ref _streams), ledger);
        try
        {
            while (await call.ReadAsync(ended.Token) is { } reports)
            {
                if (stream.Answer(reports) is { } answer)
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
