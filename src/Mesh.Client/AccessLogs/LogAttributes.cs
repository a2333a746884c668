using System.Globalization;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Expressions;

namespace Mesh.Client.AccessLogs;

/// <summary>Envoy's attributes of a request, for expressions: each is the operator of access logs that says the same.</summary>
internal sealed class LogAttributes<TValues>(TValues values) : ICelFields
    where TValues : struct, ILogValues
{
    private const int MaxLength = 8192;

    private static readonly LogOperator Code = new(LogOperatorKind.ResponseCode);
    private static readonly LogOperator Milliseconds = new(LogOperatorKind.Duration);
    private static readonly LogOperator Received = new(LogOperatorKind.BytesReceived);
    private static readonly LogOperator Sent = new(LogOperatorKind.BytesSent);

    public CelValue Find(string name) => name switch
    {
        "request" => CelValue.Of(new CelFields("request", Request)),
        "response" => CelValue.Of(new CelFields("response", Response)),
        "connection" => CelValue.Of(new CelFields("connection", Connection)),
        "source" => CelValue.Of(new CelFields("source", Source)),
        "destination" => CelValue.Of(new CelFields("destination", Destination)),
        "upstream" => CelValue.Of(new CelFields("upstream", Upstream)),
        "xds" => CelValue.Of(new CelFields("xds", Xds)),
        _ => CelValue.Error($"there is no attribute '{name}'"),
    };

    private CelValue? Request(string name) => name switch
    {
        "path" => Header(":path"),
        "url_path" => Text(new LogOperator(LogOperatorKind.RequestHeaderWithoutQuery, ":path")),
        "query" => Text(new LogOperator(LogOperatorKind.QueryParameters)) ?? CelValue.Of(""),
        "host" => Header(":authority"),
        "scheme" => Header(":scheme"),
        "method" => Header(":method"),
        "headers" => CelValue.Of(new CelFields("request.headers", Header)),
        "referer" => Header("referer"),
        "useragent" => Header("user-agent"),
        "id" => Header("x-request-id"),
        "protocol" => Text(new LogOperator(LogOperatorKind.Protocol)),
        "duration" => Number(Milliseconds),
        "size" or "total_size" => Number(Received),
        _ => null,
    };

    private CelValue? Response(string name) => name switch
    {
        "code" => Number(Code),
        "code_details" => Text(new LogOperator(LogOperatorKind.ResponseCodeDetails)),
        "flags" => Flags(),
        "grpc_status" => Number(new LogOperator(LogOperatorKind.GrpcStatusNumber)),
        "headers" => CelValue.Of(new CelFields("response.headers", header => Text(new LogOperator(LogOperatorKind.ResponseHeader, header)))),
        "trailers" => CelValue.Of(new CelFields("response.trailers", header => Text(new LogOperator(LogOperatorKind.Trailer, header)))),
        "size" or "total_size" => Number(Sent),
        "backend_latency" => Number(new LogOperator(LogOperatorKind.ResponseDuration)),
        _ => null,
    };

    private CelValue? Connection(string name) => name switch
    {
        "mtls" => CelValue.Of(Text(new LogOperator(LogOperatorKind.DownstreamPeerUriSan)) is not null),
        "requested_server_name" => Text(new LogOperator(LogOperatorKind.RequestedServerName)),
        "tls_version" => Text(new LogOperator(LogOperatorKind.DownstreamTlsVersion)),
        "uri_san_peer_certificate" => Text(new LogOperator(LogOperatorKind.DownstreamPeerUriSan)),
        "termination_details" => Text(new LogOperator(LogOperatorKind.ConnectionTerminationDetails)),
        _ => null,
    };

    private CelValue? Source(string name) => name switch
    {
        "address" => Text(new LogOperator(LogOperatorKind.DownstreamRemoteAddress)),
        "port" => Number(new LogOperator(LogOperatorKind.DownstreamRemotePort)),
        _ => null,
    };

    private CelValue? Destination(string name) => name switch
    {
        "address" => Text(new LogOperator(LogOperatorKind.DownstreamLocalAddress)),
        "port" => Number(new LogOperator(LogOperatorKind.DownstreamLocalPort)),
        _ => null,
    };

    private CelValue? Upstream(string name) => name switch
    {
        "address" => Text(new LogOperator(LogOperatorKind.UpstreamRemoteAddress)),
        "port" => Number(new LogOperator(LogOperatorKind.UpstreamRemotePort)),
        "transport_failure_reason" => Text(new LogOperator(LogOperatorKind.UpstreamTransportFailureReason)),
        "request_attempt_count" => Number(new LogOperator(LogOperatorKind.UpstreamRequestAttemptCount)),
        _ => null,
    };

    private CelValue? Xds(string name) => name switch
    {
        "cluster_name" => Text(new LogOperator(LogOperatorKind.UpstreamCluster)),
        "route_name" => Text(new LogOperator(LogOperatorKind.RouteName)),
        "virtual_host_name" => Text(new LogOperator(LogOperatorKind.VirtualHostName)),
        _ => null,
    };

    /// <summary>Envoy's bits (<c>CoreResponseFlag</c>).</summary>
    private CelValue Flags()
    {
        var bits = 0L;
        foreach (var flag in (Text(new LogOperator(LogOperatorKind.ResponseFlags))?.Text ?? "").Split(','))
        {
            bits |= ResponseFlagBits.Of(flag);
        }

        return CelValue.Of(bits);
    }

    private CelValue? Header(string name) => Text(new LogOperator(LogOperatorKind.RequestHeader, name));

    private CelValue? Text(LogOperator part)
    {
        var text = new LogText(MaxLength);
        return values.TryWrite(part, text) ? CelValue.Of(text.Span.ToString()) : null;
    }

    private CelValue? Number(LogOperator part)
    {
        var text = new LogText(MaxLength);
        return values.TryWrite(part, text) && long.TryParse(text.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : null;
    }
}
