using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods of the load reporting service.</summary>
internal static class LoadMethods
{
    /// <summary>
    /// A response header by which a server says that it answers every report once it has counted it, in the order they came: a client that sees it
    /// repeats a report that was not answered on its next stream, and the server knows it by its number.
    /// </summary>
    public const string AcknowledgesHeader = "mesh-load-acks";

    /// <summary>In <c>Node.metadata</c> of a report: its number, counted from 1 by the process for its life.</summary>
    public const string SequenceKey = "MESH_LOAD_REPORT";

    private const string Service = "envoy.service.load_stats.v3.LoadReportingService";

    /// <summary>What a client sent to each cluster, as often as the server asks.</summary>
    public static GrpcMethod<LoadStatsRequest, LoadStatsResponse> StreamLoadStats { get; } =
        new(Service, nameof(StreamLoadStats), LoadStatsRequest.Parser, LoadStatsResponse.Parser);
}
