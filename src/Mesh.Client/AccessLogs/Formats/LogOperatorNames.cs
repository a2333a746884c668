using System.Collections.Frozen;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Envoy's names of command operators.</summary>
internal static class LogOperatorNames
{
    private static readonly FrozenDictionary<string, LogOperatorKind> Known = new Dictionary<string, LogOperatorKind>(StringComparer.Ordinal)
    {
        ["START_TIME"] = LogOperatorKind.StartTime,
        ["START_TIME_LOCAL"] = LogOperatorKind.StartTime,
        ["EMIT_TIME"] = LogOperatorKind.EmitTime,
        ["EMIT_TIME_LOCAL"] = LogOperatorKind.EmitTime,
        ["REQ"] = LogOperatorKind.RequestHeader,
        ["REQ_WITHOUT_QUERY"] = LogOperatorKind.RequestHeaderWithoutQuery,
        ["RESP"] = LogOperatorKind.ResponseHeader,
        ["TRAILER"] = LogOperatorKind.Trailer,
        ["PATH"] = LogOperatorKind.Path,
        ["QUERY_PARAM"] = LogOperatorKind.QueryParameter,
        ["QUERY_PARAMS"] = LogOperatorKind.QueryParameters,
        ["PROTOCOL"] = LogOperatorKind.Protocol,
        ["UPSTREAM_PROTOCOL"] = LogOperatorKind.UpstreamProtocol,
        ["RESPONSE_CODE"] = LogOperatorKind.ResponseCode,
        ["RESPONSE_CODE_DETAILS"] = LogOperatorKind.ResponseCodeDetails,
        ["RESPONSE_FLAGS"] = LogOperatorKind.ResponseFlags,
        ["RESPONSE_FLAGS_LONG"] = LogOperatorKind.ResponseFlagsLong,
        ["CONNECTION_TERMINATION_DETAILS"] = LogOperatorKind.ConnectionTerminationDetails,
        ["UPSTREAM_TRANSPORT_FAILURE_REASON"] = LogOperatorKind.UpstreamTransportFailureReason,
        ["BYTES_RECEIVED"] = LogOperatorKind.BytesReceived,
        ["BYTES_SENT"] = LogOperatorKind.BytesSent,
        ["DURATION"] = LogOperatorKind.Duration,
        ["RESPONSE_DURATION"] = LogOperatorKind.ResponseDuration,
        ["RESPONSE_TX_DURATION"] = LogOperatorKind.ResponseTxDuration,
        ["UPSTREAM_HOST"] = LogOperatorKind.UpstreamHost,
        ["UPSTREAM_HOST_NAME"] = LogOperatorKind.UpstreamHostName,
        ["UPSTREAM_HOST_NAME_WITHOUT_PORT"] = LogOperatorKind.UpstreamRemoteAddressWithoutPort,
        ["UPSTREAM_REMOTE_ADDRESS"] = LogOperatorKind.UpstreamRemoteAddress,
        ["UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = LogOperatorKind.UpstreamRemoteAddressWithoutPort,
        ["UPSTREAM_REMOTE_PORT"] = LogOperatorKind.UpstreamRemotePort,
        ["UPSTREAM_CLUSTER"] = LogOperatorKind.UpstreamCluster,
        ["UPSTREAM_CLUSTER_RAW"] = LogOperatorKind.UpstreamCluster,
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = LogOperatorKind.UpstreamRequestAttemptCount,
        ["DOWNSTREAM_REMOTE_ADDRESS"] = LogOperatorKind.DownstreamRemoteAddress,
        ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = LogOperatorKind.DownstreamRemoteAddressWithoutPort,
        ["DOWNSTREAM_REMOTE_PORT"] = LogOperatorKind.DownstreamRemotePort,
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS"] = LogOperatorKind.DownstreamRemoteAddress,
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"] = LogOperatorKind.DownstreamRemoteAddressWithoutPort,
        ["DOWNSTREAM_DIRECT_REMOTE_PORT"] = LogOperatorKind.DownstreamRemotePort,
        ["DOWNSTREAM_LOCAL_ADDRESS"] = LogOperatorKind.DownstreamLocalAddress,
        ["DOWNSTREAM_DIRECT_LOCAL_ADDRESS"] = LogOperatorKind.DownstreamLocalAddress,
        ["DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = LogOperatorKind.DownstreamLocalAddressWithoutPort,
        ["DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT"] = LogOperatorKind.DownstreamLocalAddressWithoutPort,
        ["DOWNSTREAM_LOCAL_PORT"] = LogOperatorKind.DownstreamLocalPort,
        ["DOWNSTREAM_DIRECT_LOCAL_PORT"] = LogOperatorKind.DownstreamLocalPort,
        ["DOWNSTREAM_PEER_URI_SAN"] = LogOperatorKind.DownstreamPeerUriSan,
        ["DOWNSTREAM_TLS_VERSION"] = LogOperatorKind.DownstreamTlsVersion,
        ["REQUESTED_SERVER_NAME"] = LogOperatorKind.RequestedServerName,
        ["ROUTE_NAME"] = LogOperatorKind.RouteName,
        ["VIRTUAL_HOST_NAME"] = LogOperatorKind.VirtualHostName,
        ["GRPC_STATUS"] = LogOperatorKind.GrpcStatus,
        ["GRPC_STATUS_NUMBER"] = LogOperatorKind.GrpcStatusNumber,
        ["HOSTNAME"] = LogOperatorKind.HostName,
        ["ENVIRONMENT"] = LogOperatorKind.Environment,
        ["TRACE_ID"] = LogOperatorKind.TraceId,
        ["SPAN_ID"] = LogOperatorKind.SpanId,
        ["STREAM_ID"] = LogOperatorKind.StreamId,
        ["UNIQUE_ID"] = LogOperatorKind.UniqueId,
        ["CONNECTION_ID"] = LogOperatorKind.ConnectionId,
        ["PID"] = LogOperatorKind.ProcessId,
        ["ACCESS_LOG_TYPE"] = LogOperatorKind.AccessLogType,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of these Envoy writes what only a proxy, its sockets or its filters know.</summary>
    private static readonly string[] Elsewhere =
    [
        "DYNAMIC_METADATA", "CLUSTER_METADATA", "UPSTREAM_METADATA", "METADATA", "FILTER_STATE", "UPSTREAM_FILTER_STATE", "CEL", "COMMON_DURATION",
        "REQUEST_DURATION", "REQUEST_TX_DURATION", "ROUNDTRIP_DURATION", "DOWNSTREAM_HANDSHAKE_DURATION", "CUSTOM_FLAGS", "VIRTUAL_CLUSTER_NAME", "LOCAL_REPLY_BODY",
        "BYTES_RETRANSMITTED", "PACKETS_RETRANSMITTED", "TLS_JA3_FINGERPRINT", "TLS_JA4_FINGERPRINT", "COALESCE", "FILTER_CHAIN_NAME",
    ];

    private static readonly string[] ElsewherePrefixes = ["UPSTREAM_", "DOWNSTREAM_", "REQUEST_", "RESPONSE_"];

    /// <summary>Null for a name that Envoy does not know.</summary>
    public static LogOperatorKind? Find(string name)
    {
        if (Known.TryGetValue(name, out var kind))
        {
            return kind;
        }

        return Elsewhere.Contains(name) || Array.Exists(ElsewherePrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? LogOperatorKind.Unavailable : null;
    }
}
