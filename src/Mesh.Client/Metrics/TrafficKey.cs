namespace Mesh.Client.Metrics;

/// <summary>What, besides the two workloads, decides in which series a request counts.</summary>
/// <param name="HttpStatus">0 for none.</param>
/// <param name="GrpcStatus">-1 for none.</param>
/// <param name="IsGrpc">Whether it is a gRPC call.</param>
/// <param name="Flags">Envoy's letters.</param>
/// <param name="SourcePrincipal">Null when it proved nothing.</param>
/// <param name="DestinationPrincipal">Null when it proved nothing.</param>
/// <param name="Values">Of the expressions of tag overrides, joined; null when there are none.</param>
internal readonly record struct TrafficKey(
    int HttpStatus, int GrpcStatus, bool IsGrpc, string Flags, string? SourcePrincipal, string? DestinationPrincipal, string? Values = null)
{
    /// <summary>Long texts mostly are the same object; only what changes often is worth its time.</summary>
    public override int GetHashCode() => HashCode.Combine(HttpStatus, GrpcStatus, Flags.Length, Values);
}
