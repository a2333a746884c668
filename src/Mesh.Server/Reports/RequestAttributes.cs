using System.Globalization;
using Mesh.Client.Expressions;
using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Reports;

/// <summary>What expressions may ask of a served request that has ended, by Envoy's names (attributes of <c>request</c>, <c>response</c>, …) and Istio's (<c>downstream_peer</c>, <c>node</c>).</summary>
/// <param name="record">Of the request.</param>
/// <param name="report">What it came to.</param>
/// <param name="caller">Whose request it was; null when that is not known.</param>
/// <param name="local">This process.</param>
internal sealed class RequestAttributes(RequestRecord record, in RequestReport report, WorkloadReference? caller, WorkloadReference local) : ICelFields
{
    private readonly RequestReport _report = report;

    private HttpContext Context => record.Context;

    public CelValue Find(string name) => name switch
    {
        "request" => CelValue.Of(new CelFields(name, Request)),
        "response" => CelValue.Of(new CelFields(name, Response)),
        "source" => CelValue.Of(new CelFields(name, Source)),
        "destination" => CelValue.Of(new CelFields(name, Destination)),
        "downstream_peer" => Attributes.Of(caller, name),
        "upstream_peer" or "node" => Attributes.Of(local, name),
        "connection" => CelValue.Of(new CelFields(name, Connection)),
        "filter_state" => CelValue.Of(new CelFields(name, key => key is "downstream_peer" or "wasm.downstream_peer" ? Attributes.Of(caller, key) : null)),
        _ => CelValue.Error($"there is no attribute '{name}'"),
    };

    private CelValue? Request(string field)
    {
        var request = Context.Request;
        return field switch
        {
            "host" => CelValue.Of(request.Host.Value),
            "path" => CelValue.Of(request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent()),
            "url_path" => CelValue.Of(request.PathBase.ToUriComponent() + request.Path.ToUriComponent()),
            "query" => CelValue.Of(request.QueryString.Value?.TrimStart('?') ?? ""),
            "scheme" => CelValue.Of(request.Scheme),
            "method" => CelValue.Of(request.Method),
            "protocol" => CelValue.Of(request.Protocol),
            "headers" => Headers(field, request.Headers),
            "id" => Attributes.Text(request.Headers["x-request-id"]),
            "useragent" => Attributes.Text(request.Headers.UserAgent),
            "referer" => Attributes.Text(request.Headers.Referer),
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
        "headers" => Headers(field, Context.Response.Headers),
        "trailers" => Context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { } trailers ? Headers(field, trailers) : null,
        "size" or "total_size" => CelValue.Of(_report.ResponseBytes),
        _ => null,
    };

    private CelValue? Source(string field) => field switch
    {
        "address" => Context.Connection.RemoteIpAddress is { } address ? CelValue.Of(string.Create(CultureInfo.InvariantCulture, $"{address}:{Context.Connection.RemotePort}")) : null,
        "port" => CelValue.Of(Context.Connection.RemotePort),
        "principal" => Attributes.Text(Context.Features.Get<IMeshPeerFeature>()?.PeerId),
        "workload" => Attributes.Text(caller?.Name),
        "namespace" => Attributes.Text(caller?.Namespace),
        "labels" => Attributes.Of(caller, field).Fields!.Find(field),
        _ => null,
    };

    private CelValue? Destination(string field) => field switch
    {
        "address" => Context.Connection.LocalIpAddress is { } address ? CelValue.Of(string.Create(CultureInfo.InvariantCulture, $"{address}:{Context.Connection.LocalPort}")) : null,
        "port" => CelValue.Of(Context.Connection.LocalPort),
        "workload" => Attributes.Text(local.Name),
        "namespace" => Attributes.Text(local.Namespace),
        "labels" => Attributes.Of(local, field).Fields!.Find(field),
        _ => null,
    };

    private CelValue? Connection(string field) => field switch
    {
        "mtls" => CelValue.Of(Context.Features.Get<IMeshPeerFeature>() is not null),
        "uri_san_peer_certificate" => Attributes.Text(Context.Features.Get<IMeshPeerFeature>()?.PeerId),
        _ => null,
    };

    private static CelValue Headers(string name, IHeaderDictionary headers) =>
        CelValue.Of(new CelFields(name, header => headers.TryGetValue(header, out var values) ? CelValue.Of(values.ToString()) : null));
}
