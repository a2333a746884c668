using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Schema;
using Mesh.Config.Schema.OpenApi;

namespace Mesh.Config.Tests.Schema;

public sealed class OpenApiTests
{
    public static TheoryData<string> Documents { get; } = ["v2", .. Paths(JsonNode.Parse(OpenApiV3.Default.IndexJson.Span)!)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Documents_Always_ResolveAllTheirReferences(string name)
    {
        var document = Read(name);
        var references = new HashSet<string>();
        Collect(document, references);
        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, reference => Resolve(document, reference) is null);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Documents_Always_HavePatchOperationsThatClientsUnderstand(string name)
    {
        var patches = Read(name)["paths"]!.AsObject().Select(path => path.Value!["patch"]).OfType<JsonObject>().ToArray();
        Assert.NotEmpty(patches);
        foreach (var patch in patches)
        {
            Assert.NotNull(patch["x-kubernetes-group-version-kind"]!["kind"]);
            var parameters = patch["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]).ToArray();
            Assert.Contains("dryRun", parameters);
            Assert.Contains("fieldValidation", parameters);
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Documents_Always_HaveOperationIdsThatAreTheirsAlone(string name)
    {
        var ids = Read(name)["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Where(member => member.Value is JsonObject operation && operation.ContainsKey("operationId"))
            .Select(member => (string)member.Value!["operationId"]!)
            .ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Index_Always_NamesEveryServedVersionWithItsHash()
    {
        var paths = JsonNode.Parse(OpenApiV3.Default.IndexJson.Span)!["paths"]!.AsObject();
        var served = ResourceKinds.All.SelectMany(kind => kind.Versions.Select(version => KindSchemas.Of(kind, version).ApiPath)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(served, paths.Select(path => path.Key));
        var document = OpenApiV3.Default.Find("apis/networking.istio.io/v1")!;
        Assert.Equal($"/openapi/v3/apis/networking.istio.io/v1?hash={document.Hash}", (string?)paths["apis/networking.istio.io/v1"]!["serverRelativeURL"]);
        Assert.Null(OpenApiV3.Default.Find("apis/none/v1"));
    }

    [Fact]
    public void V2_EveryKindInEveryVersion_HasADefinitionByWhichItIsFound()
    {
        var found = Read("v2")["definitions"]!.AsObject()
            .SelectMany(definition => (definition.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? []).Select(kind => (definition, kind)))
            .ToLookup(pair => $"{pair.kind!["group"]}/{pair.kind["version"]}/{pair.kind["kind"]}");
        foreach (var kind in ResourceKinds.All)
        {
            foreach (var version in kind.Versions)
            {
                Assert.Single(found[$"{kind.Group}/{version}/{kind.Kind}"]);
                Assert.Single(found[$"{kind.Group}/{version}/{kind.Kind}List"]);
            }
        }
    }

    [Fact]
    public void V3_OfVirtualServices_DescribesTheirFields()
    {
        var schemas = Read("apis/networking.istio.io/v1")["components"]!["schemas"]!;
        var spec = schemas["io.istio.networking.v1.VirtualService"]!["properties"]!["spec"]!;
        Assert.Equal("#/components/schemas/istio.networking.v1alpha3.VirtualService", (string?)spec["allOf"]![0]!["$ref"]);
        var retries = schemas["istio.networking.v1alpha3.HTTPRetry"]!["properties"]!;
        Assert.Equal("string", (string?)retries["perTryTimeout"]!["type"]);
        Assert.Equal("boolean", (string?)retries["retryRemoteLocalities"]!["type"]);
        Assert.Contains("25ms", (string?)retries["backoff"]!["description"], StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_OfTheMeshsOwnKinds_DescribeEverything()
    {
        var silent =
            from path in Paths(JsonNode.Parse(OpenApiV3.Default.IndexJson.Span)!)
            from definition in Read(path)["components"]!["schemas"]!.AsObject()
            where !definition.Key.StartsWith("io.k8s.", StringComparison.Ordinal)
            from place in (definition.Value!["properties"] as JsonObject ?? []).Select(field => (Name: $"{definition.Key}.{field.Key}", Schema: field.Value)).Append((Name: definition.Key, Schema: definition.Value))
            where (string?)place.Schema!["description"] is null or ""
            select place.Name;
        Assert.Empty(silent.Distinct());
    }

    [Fact]
    public void V2_OfServices_HasWhatAStrategicMergePatchNeeds()
    {
        var ports = Read("v2")["definitions"]!["io.k8s.api.core.v1.ServiceSpec"]!["properties"]!["ports"]!;
        Assert.Equal("port", (string?)ports["x-kubernetes-patch-merge-key"]);
        Assert.Equal("merge", (string?)ports["x-kubernetes-patch-strategy"]);
        Assert.Equal(["port", "protocol"], ports["x-kubernetes-list-map-keys"]!.AsArray().Select(key => (string?)key));
    }

    [Fact]
    public void Protobuf_OfV2_SaysTheSameAsTheJson()
    {
        var decoded = GnosticDecoder.Decode(OpenApiV2.Default.Protobuf.ToArray());
        var document = Read("v2");
        Assert.True(
            JsonNode.DeepEquals(document["definitions"], decoded["definitions"]),
            "the definitions differ from the JSON document");
        Assert.True(JsonNode.DeepEquals(document["paths"], decoded["paths"]), "the paths differ from the JSON document");
    }

    private static JsonNode Read(string name) =>
        JsonNode.Parse((name == "v2" ? OpenApiV2.Default.Json : OpenApiV3.Default.Find(name)!.Json).Span)!;

    private static IEnumerable<string> Paths(JsonNode index) => index["paths"]!.AsObject().Select(path => path.Key);

    private static void Collect(JsonNode? node, HashSet<string> references)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                if (name == "$ref" && value?.GetValueKind() == JsonValueKind.String)
                {
                    references.Add(value.GetValue<string>());
                }

                Collect(value, references);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Collect(item, references);
            }
        }
    }

    private static JsonNode? Resolve(JsonNode document, string reference)
    {
        Assert.StartsWith("#/", reference, StringComparison.Ordinal);
        var node = document;
        foreach (var name in reference[2..].Split('/'))
        {
            node = node?[name];
        }

        return node;
    }
}
