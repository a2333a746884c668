using Google.Protobuf;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Turns one YAML object into a <see cref="Resource"/>, strictly, collecting every error.</summary>
/// <param name="defaultNamespace">For namespaced resources that name none.</param>
/// <param name="keepsAll">Whether resources come through whatever is wrong with them, and whatever kind they are of.</param>
internal sealed class ResourceDecoder(string defaultNamespace, bool keepsAll = false)
{
    private static readonly string[] TopLevel = ["apiVersion", "kind", "metadata", "spec", "status"];

    /// <summary>
    /// The resource; null when it cannot be known what it is, or when it is of no interest. After an error it holds what could be read, so that the
    /// rest can be validated all the same.
    /// </summary>
    public Resource? Decode(YamlNode node, FindingCollector findings)
    {
        findings.Locate("", node.Line, node.Column);
        if (node is not YamlMapping root)
        {
            findings.Error("", $"expected a resource with apiVersion, kind and metadata, found {node.Describe()}");
            return null;
        }

        var apiVersion = RequiredText(root, "apiVersion", findings);
        var kindName = RequiredText(root, "kind", findings);
        if (apiVersion is null || kindName is null)
        {
            return null;
        }

        findings.Subject = $"{kindName} {NameOf(root)}";
        var slash = apiVersion.LastIndexOf('/');
        var (group, version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        var kind = FindKind(group, version, kindName, findings)
            ?? (keepsAll ? ResourceKinds.Find(group, kindName) ?? ResourceKinds.Unknown(group, version, kindName) : null);
        return kind is null ? null : Decode(root, kind, version, findings);
    }

    private Resource? Decode(YamlMapping root, ResourceKind kind, string version, FindingCollector findings)
    {
        CheckTopLevel(root, kind, findings);
        var metadata = new MetadataDecoder(findings).Decode(root.Find("metadata"));
        var ns = !kind.Namespaced ? "" : metadata.Namespace.Length == 0 ? defaultNamespace : metadata.Namespace;
        var id = new ResourceId(kind.Group, kind.Kind, ns, metadata.Name);
        findings.Subject = id.ToString();
        var spec = kind == ResourceKinds.ConfigMap ? MeshConfigDecoder.Decode(root, id, findings) : DecodeSpec(root, kind, findings);
        if (spec is not MeshConfig && !keepsAll)
        {
            ReportUse(kind, findings);
        }

        return new Resource
        {
            Id = id,
            Kind = kind,
            ApiVersion = version,
            Labels = metadata.Labels,
            Annotations = metadata.Annotations,
            Spec = spec,
            Document = YamlJson.ToJson(root),
            Origin = findings.Position("") with { Column = 0 },
            CreationTimestamp = metadata.CreationTimestamp,
        };
    }

    private static IMessage? DecodeSpec(YamlMapping root, ResourceKind kind, FindingCollector findings)
    {
        if (kind.Spec is null)
        {
            return null;
        }

        var spec = kind.Spec.Parser.ParseFrom(ByteString.Empty);
        var decoder = new MessageDecoder(findings, kind.Strict);
        if (kind.IsFlat)
        {
            decoder.Decode(new YamlMapping(root.Line, root.Column, [.. root.Entries.Where(entry => !TopLevel.Contains(entry.Key.Text, StringComparer.Ordinal))]), spec, "");
        }
        else if (root.Find("spec") is { } node and not YamlScalar { Kind: YamlScalarKind.Null })
        {
            decoder.Decode(node, spec, "spec");
            GatewayApiDefaults.Fill(spec);
        }
        else if (kind.RequiresSpec)
        {
            findings.Error("spec", $"spec is required: it holds what the {kind.Kind} says");
        }
        else
        {
            // An AuthorizationPolicy that says nothing allows nothing, with or without the word spec (Istio).
            findings.Warning("spec", $"spec is missing: the {kind.Kind} is taken for one with an empty spec");
        }

        return spec;
    }

    private static ResourceKind? FindKind(string group, string version, string kindName, FindingCollector findings)
    {
        var kind = ResourceKinds.Find(group, kindName);
        if (kind is not null && kind.Versions.Contains(version, StringComparer.Ordinal))
        {
            return kind;
        }

        if (kind is not null)
        {
            var served = string.Join(", ", kind.Versions.Select(known => ApiVersion(group, known)));
            findings.Error("apiVersion", $"{kindName} has no version \"{version}\"; use one of: {served}");
        }
        else if (ResourceKinds.IsMeshGroup(group))
        {
            var known = ResourceKinds.All.Where(other => other.Group == group).ToArray();
            var served = string.Join(", ", known.Select(other => other.Kind));
            findings.Error("kind", $"{group} has no kind \"{kindName}\"{NameSuggestion.For(kindName, known.Select(other => other.Kind))} It has: {served}");
        }
        else
        {
            findings.Information("kind", $"{kindName} ({ApiVersion(group, version)}) is not a mesh resource; it is left alone");
        }

        return null;
    }

    private static void CheckTopLevel(YamlMapping root, ResourceKind kind, FindingCollector findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, _) in root.Entries)
        {
            findings.Locate(key.Text, key.Line, key.Column);
            if (!seen.Add(key.Text))
            {
                findings.Error(key.Text, $"\"{key.Text}\" is set twice");
            }
            else if (kind.Strict && !TopLevel.Contains(key.Text, StringComparer.Ordinal))
            {
                findings.Unknown(key.Text, $"unknown field \"{key.Text}\" in {kind.Kind}{NameSuggestion.For(key.Text, TopLevel)}");
            }
        }
    }

    private static void ReportUse(ResourceKind kind, FindingCollector findings)
    {
        switch (kind.Use)
        {
            case ResourceUse.Ignored:
                findings.Information("", $"{kind.Kind} is accepted, but the mesh has no use for it");
                break;
            case ResourceUse.NoEffect:
                findings.Warning("", $"{kind.Kind} is accepted, but has no effect in this version of the mesh");
                break;
        }
    }

    private static string? RequiredText(YamlMapping root, string field, FindingCollector findings)
    {
        if (root.Find(field) is YamlScalar { Kind: YamlScalarKind.String, Text.Length: > 0 } scalar)
        {
            findings.Locate(field, scalar.Line, scalar.Column);
            return scalar.Text;
        }

        findings.Error(field, $"{field} is required, such as {(field == "kind" ? "VirtualService" : "networking.istio.io/v1")}");
        return null;
    }

    private static string NameOf(YamlMapping root) =>
        root.Find("metadata") is YamlMapping metadata && metadata.Find("name") is YamlScalar name ? name.Text : "";

    private static string ApiVersion(string group, string version) => group.Length == 0 ? version : $"{group}/{version}";
}
