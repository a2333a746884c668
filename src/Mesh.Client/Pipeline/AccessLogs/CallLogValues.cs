using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Actions;
using Mesh.Client.Expressions;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client.Pipeline.AccessLogs;

/// <summary>What the operators of a format stand for in a call of this process: it is what a sidecar's outbound listener would log.</summary>
internal readonly struct CallLogValues(OutboundCall call, CallReport report, ProcessFacts facts) : ILogValues
{
    private const string ServiceTime = "x-envoy-upstream-service-time";
    private const string OriginalPath = "x-envoy-original-path";

    public bool TryWrite(LogOperator part, LogText text) => part.Kind switch
    {
        LogOperatorKind.RequestHeader => TryRequestHeader(part.Argument, text) || (part.Alternative is { } other && TryRequestHeader(other, text)),
        LogOperatorKind.RequestHeaderWithoutQuery => TryWithoutQuery(part, text),
        LogOperatorKind.ResponseHeader => TryResponseHeader(part.Argument, text) || (part.Alternative is { } other && TryResponseHeader(other, text)),
        LogOperatorKind.Trailer => TryHeader(report.Response?.TrailingHeaders, null, part.Argument, text) || (part.Alternative is { } other && TryHeader(report.Response?.TrailingHeaders, null, other, text)),
        LogOperatorKind.Path => RequestTarget.TryPath(Target, Original, part.Argument, out var path) && Put(text, path),
        LogOperatorKind.QueryParameter => RequestTarget.TryFindParameter(Target, part.Argument, out var value) && Put(text, value),
        LogOperatorKind.QueryParameters => RequestTarget.Query(Target) is { Length: > 0 } query && Put(text, part.Argument == "DECODED" ? Uri.UnescapeDataString(query) : query),
        LogOperatorKind.RequestedServerName => TryServerName(part.Argument, text),
        LogOperatorKind.UpstreamRemoteAddressWithoutPort => call.Endpoint is { } endpoint && PutHost(text, endpoint.Address.Host, part.Argument),
        LogOperatorKind.Cel => part.Expression!.Evaluate(new CallAttributes(call, report, facts.Workload)) is { IsError: false, Kind: not CelKind.Null } value && Put(text, value.ToString()),
        LogOperatorKind.StartTime => Time(part.Argument, facts.Time.GetUtcNow() - report.Duration, text),
        LogOperatorKind.EmitTime => Time(part.Argument, facts.Time.GetUtcNow(), text),
        LogOperatorKind.Environment => facts.Environment(part.Argument) is { } variable && Put(text, variable),
        LogOperatorKind.GrpcStatus => GrpcStatusNames.TryWrite(report.GrpcStatus, part.Argument, text),
        _ => TryWrite(part.Kind, text),
    };

    private string Target => call.WireRequest.RequestUri!.PathAndQuery;

    /// <summary>Before a rewrite; null without one.</summary>
    private string? Original =>
        !ReferenceEquals(call.WireRequest.RequestUri, call.Request.RequestUri) && call.Request.RequestUri!.PathAndQuery is var original && original != Target ? original : null;

    /// <summary>From the start of the call to its answer's headers; null without an answer.</summary>
    private TimeSpan? ResponseTime => call.Record is { UpstreamTime: { } time } record ? facts.Time.GetElapsedTime(record.Start, call.AttemptStart) + time : null;

    private bool TryWrite(LogOperatorKind kind, LogText text) => kind switch
    {
        LogOperatorKind.Protocol => Put(text, ProtocolOf(call.Request.Version)),
        LogOperatorKind.UpstreamProtocol => report is { Attempts: > 0, Response: { } response } && Put(text, ProtocolOf(response.Version)),
        LogOperatorKind.ResponseCode => Put(text, report.HttpStatus),
        LogOperatorKind.ResponseCodeDetails => Put(text, report.Details),
        LogOperatorKind.ResponseFlags => Put(text, report.Flags),
        LogOperatorKind.ResponseFlagsLong => PutLong(text, report.Flags),
        LogOperatorKind.UpstreamTransportFailureReason => report.Failure is { } reason && Put(text, reason),
        LogOperatorKind.BytesReceived => Put(text, report.RequestBytes),
        LogOperatorKind.BytesSent => Put(text, report.ResponseBytes),
        LogOperatorKind.Duration => Put(text, (long)report.Duration.TotalMilliseconds),
        LogOperatorKind.ResponseDuration => ResponseTime is { } time && Put(text, (long)time.TotalMilliseconds),
        LogOperatorKind.ResponseTxDuration => ResponseTime is { } time && Put(text, Math.Max(0, (long)(report.Duration - time).TotalMilliseconds)),
        LogOperatorKind.UpstreamRequestAttemptCount => Put(text, report.Attempts),
        LogOperatorKind.GrpcStatusNumber => report.GrpcStatus >= 0 && Put(text, report.GrpcStatus),
        LogOperatorKind.RouteName => call.Route is { Route.Name.Length: > 0 } route && Put(text, route.Route.Name),
        LogOperatorKind.VirtualHostName => call.Destination.Table is { } table && Put(text, table.VirtualHost.Name),
        LogOperatorKind.Retransmitted => Put(text, 0),
        LogOperatorKind.HostName => Put(text, facts.HostName),
        LogOperatorKind.ProcessId => Put(text, Environment.ProcessId),
        LogOperatorKind.AccessLogType => Put(text, "DownstreamEnd"),
        LogOperatorKind.TraceId or LogOperatorKind.SpanId => TryTrace(kind, text),
        LogOperatorKind.StreamId or LogOperatorKind.UniqueId => TryRequestHeader(RequestIds.Header, text),
        _ => TryEndpoint(kind, text),
    };

    private bool TryEndpoint(LogOperatorKind kind, LogText text) => kind switch
    {
        LogOperatorKind.UpstreamCluster => call.Peer.Cluster is { Length: > 0 } cluster && Put(text, cluster),
        LogOperatorKind.UpstreamHost or LogOperatorKind.UpstreamRemoteAddress or LogOperatorKind.UpstreamHostName =>
            call.Endpoint is { } endpoint && Put(text, endpoint.Address.Host) && Put(text, ":") && Put(text, endpoint.Address.Port),
        LogOperatorKind.UpstreamPeerUriSan => call.Endpoint?.Pool.Connector.PeerId is { } peer && Put(text, peer),
        LogOperatorKind.UpstreamLocalUriSan => call.Endpoint?.Pool.Connector.PeerId is not null && facts.Principal() is { } own && Put(text, own),
        LogOperatorKind.UpstreamHostsAttempted or LogOperatorKind.UpstreamHostsAttemptedWithoutPort => TryAttempted(text, kind is LogOperatorKind.UpstreamHostsAttempted),
        LogOperatorKind.UpstreamRemotePort => call.Endpoint is { } endpoint && Put(text, endpoint.Address.Port),
        _ => false,
    };

    /// <summary>Every endpoint that the call was sent to, in order.</summary>
    private bool TryAttempted(LogText text, bool hasPort)
    {
        if (call.Endpoint is not { } last)
        {
            return false;
        }

        var previous = (call.Retries?.Previous ?? call.Unusual?.Previous)?.Endpoints ?? [];
        for (var index = 0; index < previous.Count; index++)
        {
            text.Append(index == 0 ? "" : ",");
            PutAddress(text, previous[index].Address, hasPort);
        }

        // A last attempt that failed is among the others.
        if (previous.Count < report.Attempts)
        {
            text.Append(previous.Count == 0 ? "" : ",");
            PutAddress(text, last.Address, hasPort);
        }

        return report.Attempts > 0;
    }

    private static bool PutAddress(LogText text, EndpointAddress address, bool hasPort) =>
        Put(text, address.Host) && (!hasPort || (Put(text, ":") && Put(text, address.Port)));

    private static bool PutHost(LogText text, string host, string mask)
    {
        if (mask.Length == 0 || !IPAddress.TryParse(host, out var address))
        {
            return Put(text, host);
        }

        AddressText.Write(text, address, mask);
        return true;
    }

    /// <summary><c>%REQUESTED_SERVER_NAME(SNI_ONLY|SNI_FIRST|HOST_FIRST)%</c>.</summary>
    private bool TryServerName(string argument, LogText text) =>
        (!argument.StartsWith("HOST_FIRST", StringComparison.Ordinal) && call.WireRequest.RequestUri is { Scheme: "https" } uri && Put(text, uri.IdnHost))
        || (argument.Length > 0 && !argument.StartsWith("SNI_ONLY", StringComparison.Ordinal) && Put(text, WireRequest.Authority(call.WireRequest)));

    private bool TryTrace(LogOperatorKind kind, LogText text)
    {
        if (call.Record?.Activity is { } activity)
        {
            return Put(text, kind is LogOperatorKind.TraceId ? activity.TraceId.ToHexString() : activity.SpanId.ToHexString());
        }

        return kind is LogOperatorKind.TraceId && TraceHeaders.TryRead(FindRequestHeader, out var context) && Put(text, context.TraceId.ToHexString());
    }

    private string? FindRequestHeader(string name) =>
        call.WireRequest.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

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

    private bool TryRequestHeader(string name, LogText text)
    {
        var request = call.WireRequest;
        if (name is [':', ..])
        {
            return name.ToUpperInvariant() switch
            {
                ":PATH" => Put(text, Target),
                ":METHOD" => Put(text, request.Method.Method),
                ":AUTHORITY" => Put(text, WireRequest.Authority(request)),
                ":SCHEME" => Put(text, WireRequest.Scheme(request)),
                _ => false,
            };
        }

        if (TryHeader(request.Headers, request.Content?.Headers, name, text))
        {
            return true;
        }

        // Envoy's router notes the path of before a rewrite in a header.
        return name.Equals(OriginalPath, StringComparison.OrdinalIgnoreCase) && Original is { } original && Put(text, original);
    }

    private bool TryResponseHeader(string name, LogText text)
    {
        if (report.Response is not { } response)
        {
            return false;
        }

        if (name.Equals(":status", StringComparison.OrdinalIgnoreCase))
        {
            return Put(text, report.HttpStatus);
        }

        return TryHeader(response.Headers, response.Content?.Headers, name, text)
            || (name.Equals(ServiceTime, StringComparison.OrdinalIgnoreCase) && call.Record?.UpstreamTime is { } time && Put(text, (long)time.TotalMilliseconds));
    }

    // Envoy takes the first of several values.
    private static bool TryHeader(HttpHeaders? headers, HttpHeaders? content, string name, LogText text)
    {
        if (headers?.NonValidated.TryGetValues(name, out var values) != true && content?.NonValidated.TryGetValues(name, out values) != true)
        {
            return false;
        }

        foreach (var value in values)
        {
            return Put(text, value);
        }

        return false;
    }

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

    private static bool PutLong(LogText text, string flags)
    {
        ResponseFlagNames.Write(flags, text);
        return true;
    }

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

    private static string ProtocolOf(Version version) => (version.Major, version.Minor) switch
    {
        (1, 1) => "HTTP/1.1",
        (2, _) => "HTTP/2",
        (3, _) => "HTTP/3",
        (1, 0) => "HTTP/1.0",
        _ => string.Create(CultureInfo.InvariantCulture, $"HTTP/{version}"),
    };
}
