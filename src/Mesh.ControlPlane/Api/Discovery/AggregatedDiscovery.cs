using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>Everything that discovery says, in one answer (apidiscovery.k8s.io <c>APIGroupDiscoveryList</c>).</summary>
internal static class AggregatedDiscovery
{
    /// <summary>The version that a client asks for before the plain form; null for a client that wants the plain form.</summary>
    public static string? VersionFor(HttpRequest request)
    {
        foreach (var clause in string.Join(',', request.Headers.Accept.AsEnumerable()).Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*" or "application/*"))
            {
                continue;
            }

            // Newer clients send parameters that nobody knows yet; they do not matter.
            if (!parts.Contains("as=APIGroupDiscoveryList"))
            {
                return null;
            }

            if (parts.Contains("g=apidiscovery.k8s.io") && (parts.Contains("v=v2") ? "v2" : parts.Contains("v=v2beta1") ? "v2beta1" : null) is { } version)
            {
                return version;
            }
        }

        return null;
    }

    public static JsonObject Of(bool isCore, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. ServedKinds.Groups.Concat(ReviewKinds.Groups).Where(group => (group.Name.Length == 0) == isCore).Select(Group)]),
    };

    private static JsonNode Group(ServedGroup group)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Name.Length > 0)
        {
            metadata["name"] = group.Name;
        }

        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. group.Versions.Select(version => (JsonNode)new JsonObject
            {
                ["version"] = version,
                ["freshness"] = "Current",
                ["resources"] = new JsonArray([.. group.In(version).Select(kind => (JsonNode)Resource(kind, version))]),
            })]),
        };
    }

    private static JsonObject Resource(ResourceKind kind, string version)
    {
        var node = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = ResponseKind(kind.Group, version, kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(ResourceVerbs.Of(kind)),
        };
        Put(node, "shortNames", Texts(kind.ShortNames));
        Put(node, "categories", Texts(kind.Categories));
        var parts = new JsonArray();
        if (ResourceVerbs.HasStatus(kind))
        {
            parts.Add((JsonNode)Part("status", ResponseKind(kind.Group, version, kind.Kind), ResourceVerbs.OfStatus));
        }

        if (ResourceVerbs.HasToken(kind))
        {
            parts.Add((JsonNode)Part("token", ResponseKind(ReviewKinds.AuthenticationGroup, "v1", "TokenRequest"), ResourceVerbs.OfToken));
        }

        Put(node, "subresources", parts);
        return node;
    }

    private static JsonObject Part(string name, JsonObject responseKind, IReadOnlyList<string> verbs) =>
        new() { ["subresource"] = name, ["responseKind"] = responseKind, ["verbs"] = Texts(verbs) };

    private static JsonObject ResponseKind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static void Put(JsonObject node, string name, JsonArray values)
    {
        if (values.Count > 0)
        {
            node[name] = values;
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
