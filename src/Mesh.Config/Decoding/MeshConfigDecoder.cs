using Mesh.Config.Istio.Mesh;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Reads the mesh configuration out of the ConfigMap that Istio keeps it in; every other ConfigMap is none of the mesh's business.</summary>
internal static class MeshConfigDecoder
{
    public const string ConfigMapName = "istio";
    public const string Namespace = "istio-system";
    public const string Key = "mesh";

    /// <summary>Where findings stand.</summary>
    public const string Path = "data." + Key;

    /// <summary>The configuration; null when the ConfigMap holds none.</summary>
    public static MeshConfig? Decode(YamlMapping root, ResourceId id, FindingCollector findings)
    {
        if (id.Name != ConfigMapName || (root.Find("data") as YamlMapping)?.Find(Key) is not YamlScalar text)
        {
            return null;
        }

        if (id.Namespace != Namespace)
        {
            findings.Warning(Path, $"the mesh configuration is read from the namespace {Namespace} alone; this one in {id.Namespace} is left alone");
            return null;
        }

        findings.Locate(Path, text.Line, text.Column);
        var config = new MeshConfig();
        try
        {
            // The text begins on the line after its key in the block form that everybody writes.
            if (YamlTreeReader.Read(new YamlText(text.Text, text.Line + 1), YamlLimits.Default) is { } node)
            {
                new MessageDecoder(findings, strict: false).Decode(node, config, Path);
            }
        }
        catch (YamlFormatException exception)
        {
            findings.Error(Path, $"not readable as YAML: {exception.Message}");
        }

        return config;
    }
}
