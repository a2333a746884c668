using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Reads <c>metadata</c>: the fields the mesh uses, with tolerance for those that an API server writes.</summary>
internal sealed class MetadataDecoder(FindingCollector findings)
{
    private const string Path = "metadata";

    private static readonly FrozenSet<string> Tolerated = new[]
    {
        "generateName", "uid", "resourceVersion", "generation", "managedFields", "ownerReferences", "finalizers", "selfLink",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Used = ["name", "namespace", "labels", "annotations", "creationTimestamp"];

    public ResourceMetadata Decode(YamlNode? node)
    {
        var metadata = new ResourceMetadata();
        if (node is not YamlMapping mapping)
        {
            findings.Error(Path, node is null ? "metadata is required: give at least a name" : $"expected a mapping, found {node.Describe()}");
            return metadata;
        }

        findings.Locate(Path, node.Line, node.Column);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries)
        {
            var path = $"{Path}.{key.Text}";
            findings.Locate(path, key.Line, key.Column);
            if (!seen.Add(key.Text))
            {
                findings.Error(path, $"\"{key.Text}\" is set twice");
            }
            else if (value is not YamlScalar { Kind: YamlScalarKind.Null })
            {
                metadata = Apply(metadata, key.Text, value, path);
            }
        }

        return metadata;
    }

    private ResourceMetadata Apply(ResourceMetadata metadata, string key, YamlNode value, string path)
    {
        switch (key)
        {
            case "name":
                return metadata with { Name = Text(value, path) };
            case "namespace":
                return metadata with { Namespace = Text(value, path) };
            case "labels":
                return metadata with { Labels = Map(value, path) };
            case "annotations":
                return metadata with { Annotations = Map(value, path) };
            case "creationTimestamp":
                return metadata with { CreationTimestamp = Time(value, path) };
            case var _ when !Tolerated.Contains(key):
                findings.Unknown(path, $"unknown field \"{key}\" in {Path}{NameSuggestion.For(key, Used)}");
                return metadata;
            default:
                return metadata;
        }
    }

    private string Text(YamlNode node, string path)
    {
        if (node is YamlScalar { Kind: YamlScalarKind.String } text)
        {
            return text.Text;
        }

        var hint = node is YamlScalar scalar ? $"; put it in quotes: \"{scalar.Text}\"" : "";
        findings.Error(path, $"expected a string, found {node.Describe()}{hint}");
        return "";
    }

    private ImmutableSortedDictionary<string, string> Map(YamlNode node, string path)
    {
        if (node is not YamlMapping mapping)
        {
            findings.Error(path, $"expected a mapping, found {node.Describe()}");
            return ResourceMetadata.EmptyMap;
        }

        var map = ResourceMetadata.EmptyMap.ToBuilder();
        foreach (var (key, value) in mapping.Entries)
        {
            var entryPath = $"{path}[{key.Text}]";
            findings.Locate(entryPath, key.Line, key.Column);
            if (map.ContainsKey(key.Text))
            {
                findings.Error(entryPath, $"\"{key.Text}\" is set twice");
                continue;
            }

            // Kubernetes takes a key without a value for the empty string.
            map[key.Text] = value is YamlScalar { Kind: YamlScalarKind.Null } ? "" : Text(value, entryPath);
        }

        return map.ToImmutable();
    }

    private DateTimeOffset Time(YamlNode node, string path)
    {
        if (node is YamlScalar scalar
            && DateTimeOffset.TryParse(scalar.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        findings.Error(path, $"expected a time such as 2026-01-31T12:00:00Z, found {node.Describe()}");
        return default;
    }
}
