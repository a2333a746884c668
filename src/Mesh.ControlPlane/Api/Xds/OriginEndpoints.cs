using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>Where a resource, or one field of it, stands: the file and the line, when it comes from one.</summary>
/// <param name="source">The newest configuration.</param>
/// <param name="places">Finds fields in files.</param>
/// <param name="sourceOf">What made a resource that nobody wrote; null for one that was not made either.</param>
internal sealed class OriginEndpoints(IMeshStateSource source, FieldPlaces places, Func<ConfigSnapshot, ResourceId, ResourceId?> sourceOf)
{
    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/namespaces/{namespace}/origins/{kind}/{name}", Permission.ReadMesh, ReadAsync)];

    private Task ReadAsync(ApiCall call)
    {
        var ns = call.Route("namespace");
        call.RequireIn(ns);
        var (group, kind, name) = (call.Query("group") ?? "", call.Route("kind"), call.Route("name"));
        var field = call.Query("field") ?? "";
        var resource = Find(source.Current.Config, group, kind, ns, name)
            ?? throw ApiException.NotFound($"{kind} {ns}/{name} is not in the configuration any more.");
        var origin = places.Find(resource, field) ?? resource.Origin;
        return call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "Origin",
            ["resource"] = resource.Id.ToString(),
            ["field"] = field,
            ["file"] = origin?.File,
            ["line"] = origin is { Line: > 0 } ? origin.Line : null,
            ["origin"] = origin is null ? null : new ResourceOrigin(origin.File, origin.Line).ToString(),
        });
    }

    /// <param name="config">All resources.</param>
    /// <param name="group">Of the API.</param>
    /// <param name="kind">As in <c>kind:</c>, or as xDS metadata writes it (<c>virtual-service</c>).</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    private Resource? Find(ConfigSnapshot config, string group, string kind, string ns, string name)
    {
        var plain = kind.Replace("-", "", StringComparison.Ordinal);
        var known = ResourceKinds.All.FirstOrDefault(candidate => candidate.Group == group && candidate.Kind.Equals(plain, StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            return null;
        }

        var id = new ResourceId(group, known.Kind, ns, name);
        return config.Resources.GetValueOrDefault(id) ?? (sourceOf(config, id) is { } made ? config.Resources.GetValueOrDefault(made) : null);
    }
}
