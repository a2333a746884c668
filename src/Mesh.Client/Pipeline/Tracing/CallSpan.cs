using System.Diagnostics;
using System.Globalization;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Propagation;
using Mesh.Client.Tracing;

namespace Mesh.Client.Pipeline.Tracing;

/// <summary>Names and tags the spans of calls and of their attempts.</summary>
internal static class CallSpan
{
    private const int FirstClientError = 400;
    private const string Grpc = "grpc";

    /// <summary>Of few different ones: the method, and for gRPC the method of the service.</summary>
    public static string NameOf(OutboundCall call) =>
        GrpcRequest.Is(call.Request) ? GrpcMethodOf(call) : HttpMethodName.SpanNameOf(call.Request.Method.Method);

    public static void Tag(Activity activity, OutboundCall call, in CallReport report, TracingSide side, TracedWorkload workload)
    {
        TagRequest(activity, call, side.MaxPathTagLength);
        TagEndpoint(activity, call);
        TagOutcome(activity, report.HttpStatus, report.GrpcStatus, report.Error);
        if (report.Response is { } response && report.Attempts > 0)
        {
            activity.SetTag(SpanNames.ProtocolVersion, VersionOf(response.Version));
        }

        activity.SetTag(SpanNames.ResponseFlags, report.Flags);
        activity.SetTag(SpanNames.RequestSize, report.RequestBytes);
        activity.SetTag(SpanNames.ResponseSize, report.ResponseBytes);
        activity.SetTag(SpanNames.UpstreamCluster, call.Peer.Cluster);
        activity.SetTag(SpanNames.UpstreamClusterName, call.Peer.Cluster);
        if (report.Attempts > 1)
        {
            activity.SetTag(SpanNames.Attempts, report.Attempts);
        }

        if (call.WireRequest.Headers.NonValidated.TryGetValues(RequestIds.Header, out var id))
        {
            activity.SetTag(SpanNames.RequestId, id.ToString());
        }

        if (side.HasIstioTags)
        {
            workload.Tag(activity);
        }
    }

    public static void EndAttempt(Activity attempt, OutboundCall call, in AttemptOutcome outcome)
    {
        if (attempt.IsAllDataRequested)
        {
            TagRequest(attempt, call, TracingSide.DefaultMaxPathTagLength);
            TagEndpoint(attempt, call);
            TagOutcome(attempt, outcome.HttpStatus, outcome.GrpcStatus, error: null);
            var resent = call.Unusual?.PriorAttempts ?? 0;
            resent = Math.Max(resent, call.Record!.Attempts - 1);
            if (resent > 0)
            {
                attempt.SetTag(SpanNames.ResendCount, resent);
            }

            if (outcome.LocalOrigin is not LocalOrigin.None)
            {
                attempt.SetTag(SpanNames.ErrorType, outcome.LocalOrigin.ToString());
                attempt.SetStatus(ActivityStatusCode.Error);
            }
        }

        MeshTracer.Stop(attempt);
    }

    public static void AddEvents(Activity activity, OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
        if (call.Endpoint is { IsEjected: true } ejected)
        {
            activity.AddEvent(new ActivityEvent(SpanNames.EjectionEvent, tags: new ActivityTagsCollection { [SpanNames.EnvoyPeer] = ejected.Address.ToString() }));
        }

        if (isRepeated)
        {
            activity.AddEvent(new ActivityEvent(SpanNames.RetryEvent, tags: new ActivityTagsCollection
            {
                [SpanNames.ResendCount] = call.Record!.Attempts,
                [SpanNames.ErrorType] = outcome.LocalOrigin is LocalOrigin.None ? StatusText(outcome) : outcome.LocalOrigin.ToString(),
                [SpanNames.EnvoyPeer] = call.Endpoint?.Address.ToString(),
            }));
        }
    }

    private static void TagRequest(Activity activity, OutboundCall call, int maxLength)
    {
        var request = call.Request;
        var uri = request.RequestUri!;
        activity.SetTag(SpanNames.ServerAddress, uri.IdnHost);
        activity.SetTag(SpanNames.ServerPort, uri.Port);
        if (GrpcRequest.Is(request))
        {
            activity.SetTag(SpanNames.RpcSystem, Grpc);
            activity.SetTag(SpanNames.RpcMethod, GrpcMethodOf(call));
            return;
        }

        var method = HttpMethodName.Of(request.Method.Method);
        activity.SetTag(SpanNames.Method, method);
        if (method == HttpMethodName.Other)
        {
            activity.SetTag(SpanNames.OriginalMethod, request.Method.Method);
        }

        // Queries hold what is nobody's business (semantic-conventions, url.full); .NET's own spans leave them out as well.
        var path = uri.AbsolutePath.Length > maxLength ? uri.AbsolutePath[..maxLength] : uri.AbsolutePath;
        activity.SetTag(SpanNames.FullUrl, $"{uri.Scheme}://{uri.Authority}{path}{(uri.Query.Length > 0 ? "?*" : "")}");
    }

    private static void TagEndpoint(Activity activity, OutboundCall call)
    {
        if (call.Endpoint is { } endpoint)
        {
            activity.SetTag(SpanNames.PeerAddress, endpoint.Address.Host);
            activity.SetTag(SpanNames.PeerPort, endpoint.Address.Port);
            activity.SetTag(SpanNames.EnvoyPeer, endpoint.Address.ToString());
        }
    }

    private static void TagOutcome(Activity activity, int httpStatus, int grpcStatus, Exception? error)
    {
        if (httpStatus > 0)
        {
            activity.SetTag(SpanNames.Status, httpStatus);
        }

        if (GrpcStatusNames.SnakeOf(grpcStatus) is { } name)
        {
            activity.SetTag(SpanNames.RpcStatus, name);
        }

        var failure = error?.GetType().FullName
            ?? (grpcStatus > 0 ? GrpcStatusNames.SnakeOf(grpcStatus) ?? "UNKNOWN" : httpStatus >= FirstClientError ? httpStatus.ToString(CultureInfo.InvariantCulture) : null);
        if (failure is not null)
        {
            activity.SetTag(SpanNames.ErrorType, failure);
            activity.SetStatus(ActivityStatusCode.Error, error?.Message);
        }
    }

    private static string StatusText(in AttemptOutcome outcome) =>
        GrpcStatusNames.SnakeOf(outcome.GrpcStatus) ?? outcome.HttpStatus.ToString(CultureInfo.InvariantCulture);

    private static string GrpcMethodOf(OutboundCall call) => call.Request.RequestUri!.AbsolutePath.TrimStart('/');

    private static string VersionOf(Version version) =>
        version.Minor == 0 && version.Major >= 2 ? version.Major.ToString(CultureInfo.InvariantCulture) : version.ToString(2);
}
