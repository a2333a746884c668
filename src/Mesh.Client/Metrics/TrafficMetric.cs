namespace Mesh.Client.Metrics;

/// <summary>Istio's standard metrics, by the names of the Telemetry resource.</summary>
internal enum TrafficMetric
{
    RequestCount,
    RequestDuration,
    RequestSize,
    ResponseSize,
    TcpOpenedConnections,
    TcpClosedConnections,
    TcpSentBytes,
    TcpReceivedBytes,
    GrpcRequestMessages,
    GrpcResponseMessages,

    /// <summary>How many there are.</summary>
    Count,
}
