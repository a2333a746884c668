using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods of the rate limit quota service.</summary>
internal static class QuotaMethods
{
    private const string Service = "envoy.service.rate_limit_quota.v3.RateLimitQuotaService";

    /// <summary>The reports of a process, each answered with what it may let through.</summary>
    public static GrpcMethod<RateLimitQuotaUsageReports, RateLimitQuotaResponse> StreamRateLimitQuotas { get; } =
        new(Service, nameof(StreamRateLimitQuotas), RateLimitQuotaUsageReports.Parser, RateLimitQuotaResponse.Parser);
}
