using System.Net.Http.Headers;
using Mesh.Client.Expressions;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>What expressions may ask of a call that has ended, by Envoy's names (attributes of <c>request</c>, <c>response</c>, …) and Istio's (<c>upstream_peer</c>, <c>node</c>).</summary>
/// <param name="call">The call.</param>
/// <param name="report">What it came to.</param>
/// <param name="local">This process.</param>
internal sealed class CallAttributes(OutboundCall call, in CallReport report, WorkloadReference local) : ICelFields
{
    private readonly CallReport _report = report;

    public CelValue Find(string name) => name switch
    {
        "request" => CelValue.Of(new CelFields(name, Request)),
        "response" => CelValue.Of(new CelFields(name, Response)),
        "source" => CelValue.Of(new CelFields(name, field => field switch
        {
            "workload" => Attributes.Text(local.Name),
            "namespace" => Attributes.Text(local.Namespace),
            "labels" => Attributes.Of(local, name).Fields!.Find("labels"),
            _ => null,
        })),
        "destination" or "upstream" => CelValue.Of(new CelFields(name, Destination)),
        "upstream_peer" => Attributes.Of(call.Peer.Workload, name),
        "downstream_peer" or "node" => Attributes.Of(local, name),
        "xds" => CelValue.Of(new CelFields(name, Xds)),
        "route_name" => CelValue.Of(call.Route?.Route.Name ?? ""),
        "cluster_name" => CelValue.Of(call.Peer.Cluster),
        "connection" => CelValue.Of(new CelFields(name, field => field == "mtls" ? CelValue.Of(call.Endpoint?.Pool.Key.Security is { IsMesh: true }) : null)),
        "filter_state" => CelValue.Of(new CelFields(name, key => key is "upstream_peer" or "wasm.upstream_peer" ? Attributes.Of(call.Peer.Workload, key) : null)),
        _ => CelValue.Error($"there is no attribute '{name}'"),
    };

    private CelValue? Request(string field)
    {
        var request = call.Request;
        return field switch
        {
            "host" => CelValue.Of(WireRequest.Authority(request)),
            "path" => CelValue.Of(request.RequestUri!.PathAndQuery),
            "url_path" => CelValue.Of(request.RequestUri!.AbsolutePath),
            "query" => CelValue.Of(request.RequestUri!.Query.TrimStart('?')),
            "scheme" => CelValue.Of(WireRequest.Scheme(request)),
            "method" => CelValue.Of(request.Method.Method),
            "protocol" => CelValue.Of(call.IsGrpc || request.Version.Major == 2 ? "HTTP/2" : "HTTP/1.1"),
            "headers" => Headers(field, request.Headers, request.Content?.Headers),
            "id" => Attributes.Text(Header("x-request-id", request.Headers, null)),
            "useragent" => Attributes.Text(Header("user-agent", request.Headers, null)),
            "referer" => Attributes.Text(Header("referer", request.Headers, null)),
            "size" or "total_size" => CelValue.Of(_report.RequestBytes),
            "duration" => CelValue.Of(_report.Duration.TotalSeconds),
            _ => null,
        };
    }

    private CelValue? Response(string field) => field switch
    {
        "code" => CelValue.Of(_report.HttpStatus),
        "code_details" => CelValue.Of(_report.Details),
        "flags" => CelValue.Of(Attributes.Flags(_report.Flags)),
        "grpc_status" => _report.GrpcStatus == AttemptOutcome.NoGrpcStatus ? null : CelValue.Of(_report.GrpcStatus),
        "headers" => _report.Response is { } response ? Headers(field, response.Headers, response.Content.Headers) : null,
        "trailers" => _report.Response is { } response ? Headers(field, response.TrailingHeaders, null) : null,
        "size" or "total_size" => CelValue.Of(_report.ResponseBytes),
        _ => null,
    };

    private CelValue? Destination(string field) => field switch
    {
        "address" => call.Endpoint is { } endpoint ? CelValue.Of(endpoint.Address.ToString()) : null,
        "port" => call.Endpoint is { } endpoint ? CelValue.Of(endpoint.Address.Port) : null,
        "service" => Attributes.Text(call.Peer.Service?.Host),
        "workload" => Attributes.Text(call.Peer.Workload?.Name),
        "namespace" => Attributes.Text(call.Peer.Workload?.Namespace),
        "labels" => Attributes.Of(call.Peer.Workload, field).Fields!.Find(field),
        _ => null,
    };

    private CelValue? Xds(string field) => field switch
    {
        "cluster_name" => CelValue.Of(call.Peer.Cluster),
        "route_name" => Attributes.Text(call.Route?.Route.Name),
        "virtual_host_name" => Attributes.Text(call.Destination.Table?.VirtualHost.Name),
        _ => null,
    };

    private static CelValue Headers(string name, HttpHeaders headers, HttpHeaders? content) =>
        CelValue.Of(new CelFields(name, header => Header(header, headers, content) is { } value ? CelValue.Of(value) : null));

    private static string? Header(string name, HttpHeaders headers, HttpHeaders? content) =>
        headers.NonValidated.TryGetValues(name, out var values) || content?.NonValidated.TryGetValues(name, out values) == true ? values.ToString() : null;
}
