using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Yaml;

namespace Mesh.Config.Analysis;

/// <summary>What analyzers read of the mesh configuration and its networks, with Istio's defaults.</summary>
internal sealed record MeshSettings
{
    public static MeshSettings Default { get; } = new();

    /// <summary>MeshConfig as JSON; undefined when there is none.</summary>
    public JsonElement Config { get; private init; }

    /// <summary>MeshNetworks as JSON; undefined when there are none.</summary>
    public JsonElement Networks { get; private init; }

    public string RootNamespace => Config.Text("rootNamespace") is { Length: > 0 } name ? name : "istio-system";

    /// <summary>The ending of the names of services.</summary>
    public string ClusterDomain => Config.Text("clusterDomain") is { Length: > 0 } domain ? domain : "cluster.local";

    public string IngressService => Config.Text("ingressService") is { Length: > 0 } name ? name : "istio-ingressgateway";

    /// <summary>Whether the mesh brings an ingress gateway of its own.</summary>
    public bool HasIngress => Config.Text("ingressControllerMode") is not "OFF";

    /// <exception cref="YamlFormatException">The text is not YAML.</exception>
    public MeshSettings WithConfig(string text) => this with { Config = Parse(text) };

    /// <exception cref="YamlFormatException">The text is not YAML.</exception>
    public MeshSettings WithNetworks(string text) => this with { Networks = Parse(text) };

    private static JsonElement Parse(string text) =>
        YamlTreeReader.Read(new YamlText(text, 1), YamlLimits.Default) is YamlMapping node ? YamlJson.ToJson(node) : default;
}
