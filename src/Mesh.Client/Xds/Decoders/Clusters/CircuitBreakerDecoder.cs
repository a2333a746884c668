using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes the limits on concurrent work in a cluster: the first threshold of DEFAULT priority (gRFC A32).</summary>
internal static class CircuitBreakerDecoder
{
    /// <summary>The wire has no other word for "no limit".</summary>
    private const uint NoLimit = uint.MaxValue;

    /// <remarks>
    /// Only requests have a limit where none is set: gRPC's control planes set no other, and Envoy's 1,024 connections would then hold for a service whose
    /// operator did not ask for them.
    /// </remarks>
    public static ConcurrencyLimits Decode(CircuitBreakers? message)
    {
        var thresholds = message?.Thresholds.FirstOrDefault(candidate => candidate.Priority == RoutingPriority.Default);
        return new ConcurrencyLimits
        {
            MaxConnections = Limit(thresholds?.MaxConnections),
            MaxPendingRequests = Limit(thresholds?.MaxPendingRequests),
            MaxRequests = Limit(thresholds?.MaxRequests ?? ConcurrencyLimits.DefaultMaxRequests),
        };
    }

    private static uint? Limit(uint? value) => value == NoLimit ? null : value;
}
