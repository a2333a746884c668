using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders.Headers;

/// <summary>The variables of Envoy's header values (command operators), and which of them a client has an answer for.</summary>
internal static class FormatVariables
{
    private static readonly FrozenDictionary<string, FormatVariable> Plain = new Dictionary<string, FormatVariable>(StringComparer.Ordinal)
    {
        ["PROTOCOL"] = FormatVariable.Protocol,
        ["UPSTREAM_PROTOCOL"] = FormatVariable.Protocol,
        ["UPSTREAM_REMOTE_ADDRESS"] = FormatVariable.UpstreamAddress,
        ["UPSTREAM_HOST"] = FormatVariable.UpstreamAddress,
        ["UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = FormatVariable.UpstreamAddressWithoutPort,
        ["UPSTREAM_REMOTE_PORT"] = FormatVariable.UpstreamPort,
        ["UPSTREAM_CLUSTER"] = FormatVariable.UpstreamCluster,
        ["UPSTREAM_CLUSTER_RAW"] = FormatVariable.UpstreamCluster,
        ["ROUTE_NAME"] = FormatVariable.RouteName,
        ["RESPONSE_CODE"] = FormatVariable.ResponseCode,
        ["RESPONSE_FLAGS"] = FormatVariable.ResponseFlags,
        ["HOSTNAME"] = FormatVariable.HostName,
        ["DURATION"] = FormatVariable.Duration,
        ["RESPONSE_DURATION"] = FormatVariable.Duration,
        ["REQUEST_DURATION"] = FormatVariable.Duration,
        ["REQUESTED_SERVER_NAME"] = FormatVariable.RequestedServerName,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FormatVariable> WithArgument = new Dictionary<string, FormatVariable>(StringComparer.Ordinal)
    {
        ["REQ"] = FormatVariable.RequestHeader,
        ["REQ_WITHOUT_QUERY"] = FormatVariable.RequestHeaderWithoutQuery,
        ["RESP"] = FormatVariable.ResponseHeader,
        ["ENVIRONMENT"] = FormatVariable.Environment,
        ["QUERY_PARAM"] = FormatVariable.QueryParameter,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What only a proxy has: the caller's connection, byte counts, Envoy's own state.</summary>
    private static readonly FrozenSet<string> Unavailable = FrozenSet.Create(
        StringComparer.Ordinal,
        "ACCESS_LOG_TYPE",
        "BYTES_RECEIVED",
        "BYTES_SENT",
        "CLUSTER_METADATA",
        "COMMON_DURATION",
        "CONNECTION_ID",
        "CONNECTION_TERMINATION_DETAILS",
        "CUSTOM_FLAGS",
        "DYNAMIC_METADATA",
        "FILTER_CHAIN_NAME",
        "FILTER_STATE",
        "GRPC_STATUS",
        "GRPC_STATUS_NUMBER",
        "METADATA",
        "PATH",
        "PER_REQUEST_STATE",
        "QUERY_PARAMS",
        "REQUEST_HEADERS_BYTES",
        "REQUEST_TX_DURATION",
        "RESPONSE_CODE_DETAILS",
        "RESPONSE_FLAGS_LONG",
        "RESPONSE_HEADERS_BYTES",
        "RESPONSE_TRAILERS_BYTES",
        "RESPONSE_TX_DURATION",
        "ROUNDTRIP_DURATION",
        "STREAM_ID",
        "TLS_JA3_FINGERPRINT",
        "TLS_JA4_FINGERPRINT",
        "TRACE_ID",
        "TRAILER",
        "UNIQUE_ID",
        "VIRTUAL_CLUSTER_NAME");

    /// <summary>Null, with the name in the reason, when Envoy has no such variable either.</summary>
    public static FormatSegment? Decode(string name, string argument, DecodeErrors errors)
    {
        if (Plain.TryGetValue(name, out var plain))
        {
            return new FormatSegment(plain, argument);
        }

        if (name is "START_TIME")
        {
            return new FormatSegment(FormatVariable.StartTime, argument);
        }

        if (WithArgument.TryGetValue(name, out var variable))
        {
            if (argument.Length == 0)
            {
                errors.Add($"%{name}% needs an argument: %{name}(name)%");
                return null;
            }

            return HasAlternative(variable) ? Header(variable, argument) : new FormatSegment(variable, argument);
        }

        if (Unavailable.Contains(name)
            || name.StartsWith("DOWNSTREAM_", StringComparison.Ordinal)
            || name.StartsWith("UPSTREAM_", StringComparison.Ordinal)
            || name is "START_TIME_LOCAL" or "EMIT_TIME" or "EMIT_TIME_LOCAL")
        {
            return new FormatSegment(FormatVariable.Unavailable, argument);
        }

        errors.Add($"unknown variable %{name}%");
        return null;
    }

    private static bool HasAlternative(FormatVariable variable) =>
        variable is FormatVariable.RequestHeader or FormatVariable.RequestHeaderWithoutQuery or FormatVariable.ResponseHeader;

    private static FormatSegment Header(FormatVariable variable, string argument)
    {
        var question = argument.IndexOf('?', StringComparison.Ordinal);
        return question < 0
            ? new FormatSegment(variable, argument)
            : new FormatSegment(variable, argument[..question]) { Alternative = argument[(question + 1)..] };
    }
}
