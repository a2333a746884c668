using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Inbound.RateLimits;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.Api;
using Mesh.Protocol.Xds;
using SourceHeaders = Mesh.Config.Extensions.ApiTransformation.Types.Headers;
using SourceJson = Mesh.Config.Extensions.ApiTransformation.Types.Json;
using SourceQuery = Mesh.Config.Extensions.ApiTransformation.Types.Query;
using SourceRule = Mesh.Config.Extensions.ApiTransformation.Types.Rule;

namespace Mesh.ControlPlane.Generation.Inbound.Apis;

/// <summary>Makes the filter that changes requests and responses: the rules of every ApiTransformation that holds for the port.</summary>
internal static class TransformationFilter
{
    private const string Name = "mesh.filters.http.transformations";

    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        if (target.Context.IsProxylessGrpc || target.IsTcp)
        {
            return [];
        }

        var filter = new Transformations();
        foreach (var resource in PolicySelector.ApiTransformations(target))
        {
            filter.Rules.Add(resource.Spec.Rules.Select(rule => Translate(QuotaBuckets.LimitOf(resource.Namespace, resource.Resource.Id.Name, rule.Name), resource.Namespace, rule)));
        }

        return filter.Rules.Count == 0 ? [] : [new HttpFilter { Name = Name, TypedConfig = Any.Pack(filter) }];
    }

    private static Transformation Translate(string name, string @namespace, SourceRule source)
    {
        var rule = new Transformation { Name = name };
        rule.Matches.Add(source.Match.Select(match => RequestMatchTranslator.Translate(match, @namespace)));
        if (source.Request is { } request)
        {
            rule.Request = new RequestChange { Headers = Translate(request.Headers), Query = Translate(request.Query), Json = Translate(request.Json) };
        }

        if (source.Response is { } response)
        {
            rule.Response = new ResponseChange { Headers = Translate(response.Headers), Statuses = { response.Statuses }, Status = response.Status, Json = Translate(response.Json) };
        }

        return rule;
    }

    private static FieldChange? Translate(SourceHeaders? source) =>
        source is null ? null : new FieldChange { Set = { source.Set }, Add = { source.Add }, Remove = { source.Remove }, Rename = { source.Rename } };

    private static FieldChange? Translate(SourceQuery? source) =>
        source is null ? null : new FieldChange { Set = { source.Set }, Remove = { source.Remove }, Rename = { source.Rename } };

    private static JsonChange? Translate(SourceJson? source) =>
        source is null ? null : new JsonChange { Set = { source.Set }, Remove = { source.Remove }, Rename = { source.Rename }, MaxBytes = source.MaxBytes };
}
