using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Config.Validation.Telemetry;

/// <summary>Warns of command operators in formats of access logs and span tags that no process of the mesh can tell a value for, instead of a hyphen that nobody expects.</summary>
internal static class LogFormatRules
{
    /// <summary>Those that processes know, and those of Istio's default format.</summary>
    public static FrozenSet<string> Operators { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "START_TIME", "START_TIME_LOCAL", "EMIT_TIME", "EMIT_TIME_LOCAL", "REQ", "REQUEST_HEADER", "REQ_WITHOUT_QUERY", "RESP", "RESPONSE_HEADER", "TRAILER", "RESPONSE_TRAILER", "PATH", "QUERY_PARAM",
        "QUERY_PARAMS", "PROTOCOL", "UPSTREAM_PROTOCOL", "RESPONSE_CODE", "RESPONSE_CODE_DETAILS", "RESPONSE_FLAGS", "RESPONSE_FLAGS_LONG", "CONNECTION_TERMINATION_DETAILS",
        "UPSTREAM_TRANSPORT_FAILURE_REASON", "BYTES_RECEIVED", "BYTES_SENT", "BYTES_RETRANSMITTED", "PACKETS_RETRANSMITTED", "DURATION", "RESPONSE_DURATION", "RESPONSE_TX_DURATION", "UPSTREAM_HOST",
        "UPSTREAM_HOST_NAME", "UPSTREAM_HOST_NAME_WITHOUT_PORT", "UPSTREAM_REMOTE_ADDRESS", "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "UPSTREAM_REMOTE_PORT", "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW",
        "UPSTREAM_REQUEST_ATTEMPT_COUNT", "UPSTREAM_HOSTS_ATTEMPTED", "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT", "UPSTREAM_HOST_NAMES_ATTEMPTED", "UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT",
        "UPSTREAM_PEER_URI_SAN", "UPSTREAM_LOCAL_URI_SAN", "UPSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_REMOTE_PORT",
        "DOWNSTREAM_DIRECT_REMOTE_ADDRESS", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_DIRECT_REMOTE_PORT", "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_DIRECT_LOCAL_ADDRESS",
        "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_LOCAL_PORT", "DOWNSTREAM_DIRECT_LOCAL_PORT", "DOWNSTREAM_PEER_URI_SAN",
        "DOWNSTREAM_PEER_DNS_SAN", "DOWNSTREAM_PEER_SUBJECT", "DOWNSTREAM_PEER_ISSUER", "DOWNSTREAM_PEER_SERIAL", "DOWNSTREAM_PEER_FINGERPRINT_256", "DOWNSTREAM_PEER_FINGERPRINT_1",
        "DOWNSTREAM_PEER_CERT", "DOWNSTREAM_PEER_CERT_V_START", "DOWNSTREAM_PEER_CERT_V_END", "DOWNSTREAM_LOCAL_URI_SAN", "DOWNSTREAM_TLS_VERSION", "DOWNSTREAM_TLS_CIPHER", "REQUESTED_SERVER_NAME",
        "ROUTE_NAME", "VIRTUAL_HOST_NAME", "GRPC_STATUS", "GRPC_STATUS_NUMBER", "HOSTNAME", "ENVIRONMENT", "TRACE_ID", "SPAN_ID", "STREAM_ID", "UNIQUE_ID", "CONNECTION_ID", "PID", "ACCESS_LOG_TYPE",
        "CEL");

    public static void Check(FieldScope scope, string format)
    {
        foreach (var name in NamesIn(format).Where(name => !Operators.Contains(name)).Distinct(StringComparer.Ordinal))
        {
            scope.Warning($"%{name}% has no value in the mesh, which writes - for it; docs/access-logs.md has the operators that it knows");
        }
    }

    /// <summary>Every text of a JSON format, nested as it likes.</summary>
    public static void Check(FieldScope scope, Struct? format)
    {
        foreach (var (name, value) in format?.Fields ?? [])
        {
            Check(scope.Field(name), value);
        }
    }

    private static void Check(FieldScope scope, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                Check(scope, value.StringValue);
                break;
            case Value.KindOneofCase.StructValue:
                Check(scope, value.StructValue);
                break;
            case Value.KindOneofCase.ListValue:
                foreach (var item in value.ListValue.Values)
                {
                    Check(scope, item);
                }

                break;
        }
    }

    /// <summary>Text, <c>%NAME%</c>, <c>%NAME(argument)%</c>, <c>%NAME(argument):length%</c>, <c>%%</c>; arguments may have percent signs of their own.</summary>
    private static IEnumerable<string> NamesIn(string format)
    {
        for (var start = format.IndexOf('%'); start >= 0 && start + 1 < format.Length; start = format.IndexOf('%', start))
        {
            var length = format.AsSpan(start + 1).IndexOfAny('%', '(', ':');
            var end = length < 0 ? format.Length : start + 1 + length;
            if (length != 0)
            {
                yield return format[(start + 1)..end];
            }

            if (end < format.Length && format[end] == '(')
            {
                var close = format.IndexOf(')', end);
                end = close < 0 ? format.Length : close;
            }

            var percent = end < format.Length ? format.IndexOf('%', end) : -1;
            start = percent < 0 ? format.Length : percent + 1;
            if (start >= format.Length)
            {
                yield break;
            }
        }
    }
}
