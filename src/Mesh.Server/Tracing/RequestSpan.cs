using System.Diagnostics;
using System.Globalization;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Propagation;
using Mesh.Client.Tracing;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Server.Tracing;

/// <summary>Names and tags the spans of served requests.</summary>
internal static class RequestSpan
{
    private const int FirstServerError = 500;

    public static string NameOf(RequestRecord record) =>
        record.IsGrpc ? GrpcMethodOf(record) : HttpMethodName.SpanNameOf(record.Context.Request.Method);

    /// <summary>What Istio's proxies add, on whosever span.</summary>
    public static void TagMesh(Activity activity, RequestRecord record, in RequestReport report, TracingSide side, TracedWorkload workload)
    {
        activity.SetTag(SpanNames.ResponseFlags, report.Flags);
        activity.SetTag(SpanNames.RequestSize, report.RequestBytes);
        activity.SetTag(SpanNames.ResponseSize, report.ResponseBytes);
        var connection = record.Context.Connection;
        activity.SetTag(SpanNames.UpstreamCluster, string.Create(CultureInfo.InvariantCulture, $"inbound|{connection.LocalPort}||"));
        activity.SetTag(SpanNames.EnvoyPeer, connection.RemoteIpAddress?.ToString());
        activity.SetTag(SpanNames.Principal, record.Context.Features.Get<IMeshPeerFeature>()?.PeerId);
        if (record.Context.Request.Headers[RequestIds.Header] is { Count: > 0 } id)
        {
            activity.SetTag(SpanNames.RequestId, id.ToString());
        }

        if (GrpcStatusNames.SnakeOf(report.GrpcStatus) is { } status)
        {
            activity.SetTag(SpanNames.RpcStatus, status);
        }

        if (side.HasIstioTags)
        {
            workload.Tag(activity);
        }
    }

    /// <summary>What ASP.NET Core's own span would say.</summary>
    public static void TagRequest(Activity activity, RequestRecord record, in RequestReport report, TracingSide side)
    {
        if (!activity.IsAllDataRequested)
        {
            return;
        }

        var (context, request) = (record.Context, record.Context.Request);
        activity.SetTag(SpanNames.ServerAddress, request.Host.Host);
        activity.SetTag(SpanNames.ServerPort, request.Host.Port ?? context.Connection.LocalPort);
        activity.SetTag(SpanNames.ClientAddress, context.Connection.RemoteIpAddress?.ToString());
        activity.SetTag(SpanNames.ProtocolVersion, VersionOf(request.Protocol));
        if (record.IsGrpc)
        {
            activity.SetTag(SpanNames.RpcSystem, "grpc");
            activity.SetTag(SpanNames.RpcMethod, GrpcMethodOf(record));
        }
        else
        {
            TagHttp(activity, context, side.MaxPathTagLength);
        }

        if (report.HttpStatus > 0)
        {
            activity.SetTag(SpanNames.Status, report.HttpStatus);
        }

        if (report.Error is { } error)
        {
            activity.SetTag(SpanNames.ErrorType, error.GetType().FullName);
            activity.SetStatus(ActivityStatusCode.Error, error.Message);
        }
        else if (report.HttpStatus >= FirstServerError || IsServerError(report.GrpcStatus))
        {
            activity.SetTag(SpanNames.ErrorType, GrpcStatusNames.SnakeOf(report.GrpcStatus) ?? report.HttpStatus.ToString(CultureInfo.InvariantCulture));
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void TagHttp(Activity activity, HttpContext context, int maxLength)
    {
        var request = context.Request;
        var method = HttpMethodName.Of(request.Method);
        activity.SetTag(SpanNames.Method, method);
        if (method == HttpMethodName.Other)
        {
            activity.SetTag(SpanNames.OriginalMethod, request.Method);
        }

        var path = request.Path.Value ?? "/";
        activity.SetTag(SpanNames.UrlPath, path.Length > maxLength ? path[..maxLength] : path);
        activity.SetTag(SpanNames.UrlScheme, request.Scheme);
        if (request.Headers.UserAgent is { Count: > 0 } agent)
        {
            activity.SetTag(SpanNames.UserAgent, agent.ToString());
        }

        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            activity.SetTag(SpanNames.Route, route);
            activity.DisplayName = $"{HttpMethodName.SpanNameOf(request.Method)} {route}";
        }
    }

    // semantic-conventions, rpc: the statuses that are the server's own fault.
    private static bool IsServerError(int status) => status is 2 or 4 or 12 or 13 or 14 or 15;

    private static string GrpcMethodOf(RequestRecord record) => record.Context.Request.Path.Value?.TrimStart('/') ?? "";

    private static string VersionOf(string protocol) => protocol switch
    {
        "HTTP/2" or "HTTP/2.0" => "2",
        "HTTP/3" or "HTTP/3.0" => "3",
        "HTTP/1.0" => "1.0",
        _ => "1.1",
    };
}
