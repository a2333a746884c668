using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Validation.Apis;
using Mesh.ControlPlane.Generation.Inbound.RateLimits;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.Api;
using SourceVersion = Mesh.Config.Extensions.ApiVersions.Types.Version;
using Version = Mesh.Protocol.Extensions.Api.Version;

namespace Mesh.ControlPlane.Generation.Inbound.Apis;

/// <summary>Makes the filters that tell versions of APIs apart: one for each ApiVersions that holds for the port.</summary>
internal static class ApiVersionFilter
{
    private const string Name = "mesh.filters.http.api_versions";
    private const string DefaultHeader = "x-api-version";

    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        if (target.Context.IsProxylessGrpc || target.IsTcp)
        {
            yield break;
        }

        foreach (var resource in PolicySelector.ApiVersions(target))
        {
            var filter = new ApiVersions { Header = resource.Spec.Header.Length == 0 ? DefaultHeader : resource.Spec.Header };
            filter.Versions.Add(resource.Spec.Versions.Select(version => Translate(version, resource.Namespace)));

            // Filters of a listener have names of their own.
            yield return new HttpFilter { Name = $"{Name}.{resource.Namespace}.{resource.Resource.Id.Name}", TypedConfig = Any.Pack(filter) };
        }
    }

    private static Version Translate(SourceVersion source, string @namespace)
    {
        var version = new Version { Name = source.Name };
        version.Matches.Add(source.Match.Select(match => RequestMatchTranslator.Translate(match, @namespace)));
        if (source.Deprecation is { } deprecation)
        {
            version.Deprecated = Moment(deprecation.Date);
            AddLink(version, deprecation.Link, "deprecation");
        }

        if (source.Sunset is { } sunset)
        {
            version.Sunset = Moment(sunset.Date);
            version.RefuseAfterSunset = sunset.Refuse;
            AddLink(version, sunset.Link, "sunset");
        }

        AddLink(version, source.Successor, "successor-version");
        return version;
    }

    private static Timestamp Moment(string text) => Timestamp.FromDateTimeOffset(ApiTime.Parse(text));

    private static void AddLink(Version version, string uri, string relation)
    {
        if (uri.Length > 0)
        {
            version.Links.Add(new Link { Uri = uri, Relation = relation });
        }
    }
}
