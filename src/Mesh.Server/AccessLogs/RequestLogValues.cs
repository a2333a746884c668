using System.Diagnostics;
using System.Net;
using System.Security.Authentication;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Actions;
using Mesh.Client.Expressions;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Propagation;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Server.AccessLogs;

/// <summary>What the operators of a format stand for in a request that is served: it is what a sidecar's inbound listener would log.</summary>
internal readonly struct RequestLogValues(RequestRecord record, RequestReport report, ProcessFacts facts) : ILogValues
{
    private HttpContext Context => record.Context;

    private string Target => Context.Features.Get<IHttpRequestFeature>() is { RawTarget: { Length: > 0 } raw } ? raw : $"{Context.Request.Path}{Context.Request.QueryString}";

    public bool TryWrite(LogOperator part, LogText text) => part.Kind switch
    {
        LogOperatorKind.RequestHeader => TryRequestHeader(part.Argument, text) || (part.Alternative is { } other && TryRequestHeader(other, text)),
        LogOperatorKind.RequestHeaderWithoutQuery => TryWithoutQuery(part, text),
        LogOperatorKind.ResponseHeader => TryResponseHeader(part.Argument, text) || (part.Alternative is { } other && TryResponseHeader(other, text)),
        LogOperatorKind.Trailer => TryTrailer(part.Argument, text) || (part.Alternative is { } other && TryTrailer(other, text)),
        LogOperatorKind.Path => RequestTarget.TryPath(Target, original: null, part.Argument, out var path) && Put(text, path),
        LogOperatorKind.QueryParameter => RequestTarget.TryFindParameter(Target, part.Argument, out var value) && Put(text, value),
        LogOperatorKind.QueryParameters => RequestTarget.Query(Target) is { Length: > 0 } query && Put(text, part.Argument == "DECODED" ? Uri.UnescapeDataString(query) : query),
        LogOperatorKind.RequestedServerName => TryServerName(part.Argument, text),
        LogOperatorKind.DownstreamRemoteAddressWithoutPort => Put(text, Context.Connection.RemoteIpAddress, part.Argument),
        LogOperatorKind.DownstreamLocalAddressWithoutPort or LogOperatorKind.UpstreamRemoteAddressWithoutPort => Put(text, Context.Connection.LocalIpAddress, part.Argument),
        LogOperatorKind.Cel => part.Expression!.Evaluate(new RequestAttributes(record, report, caller: null, facts.Workload)) is { IsError: false, Kind: not CelKind.Null } value && Put(text, value.ToString()),
        LogOperatorKind.StartTime => Time(part.Argument, facts.Time.GetUtcNow() - report.Duration, text),
        LogOperatorKind.EmitTime => Time(part.Argument, facts.Time.GetUtcNow(), text),
        LogOperatorKind.Environment => facts.Environment(part.Argument) is { } variable && Put(text, variable),
        LogOperatorKind.GrpcStatus => GrpcStatusNames.TryWrite(report.GrpcStatus, part.Argument, text),
        >= LogOperatorKind.DownstreamPeerDnsSan and <= LogOperatorKind.DownstreamPeerCertificateEnd => HasPeer && PeerCertificateText.TryWrite(part, Context.Connection.ClientCertificate, text),
        _ => TryWrite(part.Kind, text),
    };

    private bool HasPeer => Context.Features.Get<IMeshPeerFeature>() is not null;

    private bool TryWrite(LogOperatorKind kind, LogText text) => kind switch
    {
        LogOperatorKind.Protocol => Put(text, Context.Request.Protocol == "HTTP/2.0" ? "HTTP/2" : Context.Request.Protocol),
        LogOperatorKind.ResponseCode => Put(text, report.HttpStatus),
        LogOperatorKind.ResponseCodeDetails => Put(text, report.Details),
        LogOperatorKind.ResponseFlags => Put(text, report.Flags),
        LogOperatorKind.ResponseFlagsLong => PutLong(text),
        LogOperatorKind.BytesReceived => Put(text, report.RequestBytes),
        LogOperatorKind.BytesSent => Put(text, report.ResponseBytes),
        LogOperatorKind.Retransmitted => Put(text, 0),
        LogOperatorKind.Duration => Put(text, (long)report.Duration.TotalMilliseconds),
        LogOperatorKind.UpstreamRequestAttemptCount => Put(text, 1),
        LogOperatorKind.GrpcStatusNumber => report.GrpcStatus >= 0 && Put(text, report.GrpcStatus),
        LogOperatorKind.RouteName => Context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { Length: > 0 } route } && Put(text, route),
        LogOperatorKind.HostName => Put(text, facts.HostName),
        LogOperatorKind.ProcessId => Put(text, Environment.ProcessId),
        LogOperatorKind.AccessLogType => Put(text, "DownstreamEnd"),
        LogOperatorKind.TraceId => (record.Activity ?? Activity.Current) is { } activity && Put(text, activity.TraceId.ToHexString()),
        LogOperatorKind.SpanId => (record.Activity ?? Activity.Current) is { } activity && Put(text, activity.SpanId.ToHexString()),
        LogOperatorKind.StreamId or LogOperatorKind.UniqueId => TryRequestHeader(RequestIds.Header, text),
        _ => TryConnection(kind, text),
    };

    private bool TryConnection(LogOperatorKind kind, LogText text)
    {
        var connection = Context.Connection;
        switch (kind)
        {
            case LogOperatorKind.ConnectionId:
                return Put(text, connection.Id);
            case LogOperatorKind.DownstreamRemoteAddress:
                return Put(text, connection.RemoteIpAddress, connection.RemotePort);
            case LogOperatorKind.DownstreamRemotePort:
                return Put(text, connection.RemotePort);
            case LogOperatorKind.DownstreamLocalAddress or LogOperatorKind.UpstreamHost or LogOperatorKind.UpstreamRemoteAddress or LogOperatorKind.UpstreamHostName:
                return Put(text, connection.LocalIpAddress, connection.LocalPort);
            case LogOperatorKind.DownstreamLocalPort or LogOperatorKind.UpstreamRemotePort:
                return Put(text, connection.LocalPort);
            case LogOperatorKind.UpstreamCluster:
                return Put(text, "inbound|") && Put(text, connection.LocalPort) && Put(text, "||");
            case LogOperatorKind.DownstreamPeerUriSan:
                return Context.Features.Get<IMeshPeerFeature>() is { } peer && Put(text, peer.PeerId);
            case LogOperatorKind.DownstreamLocalUriSan:
                return HasPeer && facts.Principal() is { } own && Put(text, own);
            case LogOperatorKind.DownstreamTlsVersion:
                return Context.Features.Get<ITlsHandshakeFeature>() is { } tls && Put(text, VersionOf(tls.Protocol));
            case LogOperatorKind.DownstreamTlsCipher:
                return Context.Features.Get<ITlsHandshakeFeature>()?.NegotiatedCipherSuite is { } suite && Put(text, suite.ToString());
            default:
                return false;
        }
    }

    private bool TryWithoutQuery(LogOperator part, LogText text)
    {
        var start = text.Length;
        if (!TryRequestHeader(part.Argument, text) && !(part.Alternative is { } other && TryRequestHeader(other, text)))
        {
            return false;
        }

        text.Cut(start, RequestTarget.WithoutQuery(text.Span[start..]).Length);
        return true;
    }

    private bool TryRequestHeader(string name, LogText text) => name is [':', ..]
        ? name.ToUpperInvariant() switch
        {
            ":PATH" => Put(text, Target),
            ":METHOD" => Put(text, Context.Request.Method),
            ":AUTHORITY" => Context.Request.Host.Value is { Length: > 0 } host && Put(text, host),
            ":SCHEME" => Put(text, Context.Request.Scheme),
            _ => false,
        }
        : TryHeader(Context.Request.Headers, name, text);

    private bool TryResponseHeader(string name, LogText text) =>
        name.Equals(":status", StringComparison.OrdinalIgnoreCase) ? Put(text, report.HttpStatus) : TryHeader(Context.Response.Headers, name, text);

    private bool TryTrailer(string name, LogText text) => TryHeader(Context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers, name, text);

    /// <summary><c>%REQUESTED_SERVER_NAME(SNI_ONLY|SNI_FIRST|HOST_FIRST)%</c>.</summary>
    private bool TryServerName(string argument, LogText text) =>
        (!argument.StartsWith("HOST_FIRST", StringComparison.Ordinal) && Context.Features.Get<ITlsHandshakeFeature>() is { HostName: { Length: > 0 } name } && Put(text, name))
        || (argument.Length > 0 && !argument.StartsWith("SNI_ONLY", StringComparison.Ordinal) && TryRequestHeader(":AUTHORITY", text));

    // Envoy takes the first of several values.
    private static bool TryHeader(IHeaderDictionary? headers, string name, LogText text) =>
        headers is not null && headers.TryGetValue(name, out var values) && values.Count > 0 && Put(text, values[0]);

    private static bool Time(string format, DateTimeOffset time, LogText text)
    {
        if (format.Length == 0)
        {
            text.Append(time);
        }
        else
        {
            text.Append(TimeFormat.Format(time, format));
        }

        return true;
    }

    private bool PutLong(LogText text)
    {
        ResponseFlagNames.Write(report.Flags, text);
        return true;
    }

    private static bool Put(LogText text, IPAddress? address, int port)
    {
        if (address is not null)
        {
            AddressText.Write(text, address, port);
        }

        return address is not null;
    }

    private static bool Put(LogText text, IPAddress? address, string mask)
    {
        if (address is not null)
        {
            AddressText.Write(text, address, mask);
        }

        return address is not null;
    }

    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };

    private static bool Put(LogText text, ReadOnlySpan<char> value)
    {
        text.AppendForeign(value);
        return true;
    }

    private static bool Put(LogText text, long value)
    {
        text.Append(value);
        return true;
    }
}
