using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods of the aggregated discovery service.</summary>
internal static class XdsMethods
{
    private const string AggregatedDiscoveryService = "envoy.service.discovery.v3.AggregatedDiscoveryService";

    /// <summary>State of the world: every response holds all resources that were asked for (listeners and clusters) or those that changed.</summary>
    public static GrpcMethod<DiscoveryRequest, DiscoveryResponse> StreamAggregatedResources { get; } =
        new(AggregatedDiscoveryService, nameof(StreamAggregatedResources), DiscoveryRequest.Parser, DiscoveryResponse.Parser);

    /// <summary>Incremental: every response holds what changed and what went.</summary>
    public static GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DeltaAggregatedResources { get; } =
        new(AggregatedDiscoveryService, nameof(DeltaAggregatedResources), DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser);
}
