using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>The kinds of one group and version (<c>APIResourceList</c>).</summary>
internal static class ResourceLists
{
    /// <summary>Null when the version is not served.</summary>
    public static JsonObject? Of(string group, string version)
    {
        var found = ServedKinds.Groups.Concat(ReviewKinds.Groups).FirstOrDefault(other => other.Name == group && other.Versions.Contains(version));
        return found is null
            ? null
            : new JsonObject
            {
                ["kind"] = "APIResourceList",
                ["apiVersion"] = "v1",
                ["groupVersion"] = found.ApiVersionOf(version),
                ["resources"] = new JsonArray([.. found.In(version).SelectMany(Describe)]),
            };
    }

    private static IEnumerable<JsonNode> Describe(ResourceKind kind)
    {
        var main = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Texts(ResourceVerbs.Of(kind)),
        };
        Put(main, "shortNames", kind.ShortNames);
        Put(main, "categories", kind.Categories);
        yield return main;
        if (ResourceVerbs.HasStatus(kind))
        {
            yield return Part(kind, "status", kind.Kind, ResourceVerbs.OfStatus);
        }

        if (ResourceVerbs.HasToken(kind))
        {
            var token = Part(kind, "token", "TokenRequest", ResourceVerbs.OfToken);
            token["group"] = ReviewKinds.AuthenticationGroup;
            token["version"] = "v1";
            yield return token;
        }
    }

    private static JsonObject Part(ResourceKind kind, string name, string answer, IReadOnlyList<string> verbs) => new()
    {
        ["name"] = $"{kind.Plural}/{name}",
        ["singularName"] = "",
        ["namespaced"] = kind.Namespaced,
        ["kind"] = answer,
        ["verbs"] = Texts(verbs),
    };

    private static void Put(JsonObject node, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            node[name] = Texts(values);
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
