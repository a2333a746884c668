using System.Text.Json;
using Mesh.Config.Yaml;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>The variant of the proxy's image that a pod is to have: of the mesh, the root's or the namespace's ProxyConfig, one for the workload, its annotation; the last that says it.</summary>
internal sealed class ProxyImageTypes
{
    private const string ConfigAnnotation = "proxy.istio.io/config";

    private readonly string _mesh;
    private readonly Dictionary<string, string> _namespaces = new(StringComparer.Ordinal);
    private readonly ILookup<string, (LabelSelector Selector, string Type)> _workloads;

    public ProxyImageTypes(AnalysisSnapshot snapshot)
    {
        _mesh = TypeOf(snapshot.Settings.Config.Field("defaultConfig"));
        var workloads = new List<(string Namespace, LabelSelector Selector, string Type)>();
        foreach (var resource in snapshot.All(KindNames.ProxyConfig))
        {
            var spec = resource.Document.Field("spec");
            if (TypeOf(spec) is not { Length: > 0 } type)
            {
                continue;
            }

            if (resource.Namespace == snapshot.Settings.RootNamespace)
            {
                _mesh = type;
            }
            else if (!spec.Field("selector").Exists())
            {
                _namespaces[resource.Namespace] = type;
            }
            else
            {
                workloads.Add((resource.Namespace, new LabelSelector(spec.Field("selector").Map("matchLabels")), type));
            }
        }

        _workloads = workloads.ToLookup(entry => entry.Namespace, entry => (entry.Selector, entry.Type), StringComparer.Ordinal);
    }

    /// <summary>The variant; empty for the plain image.</summary>
    public string Of(AnalysisResource pod)
    {
        var type = _namespaces.GetValueOrDefault(pod.Namespace, _mesh);
        foreach (var (selector, wanted) in _workloads[pod.Namespace])
        {
            type = selector.Matches(pod.Labels) ? wanted : type;
        }

        if (pod.Annotations.TryGetValue(ConfigAnnotation, out var config) && TypeOf(Parse(config)) is { Length: > 0 } own)
        {
            type = own;
        }

        return type == "default" ? "" : type;
    }

    private static string TypeOf(JsonElement proxyConfig) => proxyConfig.Field("image").Text("imageType");

    private static JsonElement Parse(string text)
    {
        try
        {
            return YamlTreeReader.Read(new YamlText(text, 1), YamlLimits.Default) is YamlMapping node ? YamlJson.ToJson(node) : default;
        }
        catch (YamlFormatException)
        {
            return default;
        }
    }
}
