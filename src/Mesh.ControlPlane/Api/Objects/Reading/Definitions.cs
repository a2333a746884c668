using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>The kinds of the catalogue as <c>CustomResourceDefinition</c> objects, for tools that look there for what is installed (istiod, Argo CD).</summary>
internal static class Definitions
{
    public static ImmutableArray<Resource> All(DateTimeOffset since) =>
    [
        .. ServedKinds.All.Where(kind => !kind.IsBuiltIn)
            .Select(kind => Build(kind, since))
            .OrderBy(definition => definition.Id.Name, StringComparer.Ordinal),
    ];

    private static Resource Build(ResourceKind kind, DateTimeOffset since)
    {
        var definition = ServedKinds.CustomResourceDefinition;
        var names = new JsonObject
        {
            ["plural"] = kind.Plural,
            ["singular"] = kind.Singular,
            ["kind"] = kind.Kind,
            ["listKind"] = $"{kind.Kind}List",
            ["shortNames"] = Texts(kind.ShortNames),
            ["categories"] = Texts(kind.Categories),
        };
        var document = new JsonObject
        {
            ["apiVersion"] = definition.ApiVersionOf("v1"),
            ["kind"] = definition.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = kind.QualifiedPlural,
                ["uid"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(kind.QualifiedPlural)).AsSpan(0, 16)).ToString(),
                ["creationTimestamp"] = ObjectJson.Time(since),
                ["generation"] = 1,
            },
            ["spec"] = new JsonObject
            {
                ["group"] = kind.Group,
                ["names"] = names.DeepClone(),
                ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
                ["conversion"] = new JsonObject { ["strategy"] = "None" },
                ["versions"] = new JsonArray([.. kind.Versions.Select((version, index) => (JsonNode)Version(kind, version, index == 0))]),
            },
            ["status"] = new JsonObject
            {
                ["acceptedNames"] = names.DeepClone(),
                ["storedVersions"] = new JsonArray(kind.Versions[0]),
                ["conditions"] = new JsonArray(Condition("NamesAccepted", "NoConflicts", since), Condition("Established", "InitialNamesAccepted", since)),
            },
        };
        return new Resource
        {
            Id = new ResourceId(definition.Group, definition.Kind, "", kind.QualifiedPlural),
            Kind = definition,
            ApiVersion = "v1",
            Labels = ResourceMetadata.EmptyMap,
            Annotations = ResourceMetadata.EmptyMap,
            Document = JsonSerializer.SerializeToElement(document),
            CreationTimestamp = since,
            ResourceVersion = 1,
        };
    }

    private static JsonObject Version(ResourceKind kind, string version, bool isStored)
    {
        var node = new JsonObject
        {
            ["name"] = version,
            ["served"] = true,
            ["storage"] = isStored,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
            ["additionalPrinterColumns"] = new JsonArray([.. kind.Columns.Select(Column)]),
        };
        if (kind.HasStatus)
        {
            node["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        }

        return node;
    }

    private static JsonNode Column(PrinterColumn column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["jsonPath"] = column.JsonPath,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonObject Condition(string type, string reason, DateTimeOffset since) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["reason"] = reason,
        ["message"] = "",
        ["lastTransitionTime"] = ObjectJson.Time(since),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
