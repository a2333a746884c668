using Mesh.Config.Admission;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Decoding;
using Mesh.Config.Yaml;

namespace Mesh.Config.Analysis;

/// <summary>Gathers what is to be analyzed: texts and the resources of a store, and the mesh configuration among them.</summary>
internal sealed class AnalysisReader
{
    private const string NetworksKey = "meshNetworks";

    private readonly LooseReader _reader = new();
    private readonly List<AnalysisResource> _resources = [];
    private readonly List<ResourceFinding> _unreadable = [];
    private readonly string _defaultNamespace;
    private string? _config;
    private string? _networks;

    /// <param name="defaultNamespace">For namespaced resources that name none; empty to leave them without.</param>
    public AnalysisReader(string defaultNamespace = "") => _defaultNamespace = defaultNamespace;

    /// <summary>Where texts are no resources.</summary>
    public IReadOnlyList<ResourceFinding> Unreadable => _unreadable;

    /// <summary>Adds the resources of a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">As messages are to name it.</param>
    /// <param name="cluster">The cluster it is of; empty for the one at hand.</param>
    public void AddText(string text, string file, string cluster = "")
    {
        var read = _reader.Read(text, file);
        _unreadable.AddRange(read.Unreadable);
        foreach (var document in read.Documents)
        {
            if (document.Resource is { } resource)
            {
                var written = ((document.Node as YamlMapping)?.Find("metadata") as YamlMapping)?.Find("namespace") is YamlScalar { Text.Length: > 0 } ns ? ns.Text : _defaultNamespace;
                _resources.Add(new AnalysisResource(resource, written, document.Findings, document.Node) { Cluster = cluster });
            }
            else
            {
                _unreadable.AddRange(document.Findings.Findings);
            }
        }
    }

    /// <summary>Adds resources that a store holds.</summary>
    public void AddResources(IEnumerable<Resource> resources) =>
        _resources.AddRange(resources.Select(resource => new AnalysisResource(resource, resource.Id.Namespace, new FindingCollector(""), node: null)));

    /// <summary>Takes this mesh configuration, whatever ConfigMaps say.</summary>
    public void UseConfig(string text) => _config = text;

    /// <summary>Takes these networks, whatever ConfigMaps say.</summary>
    public void UseNetworks(string text) => _networks = text;

    /// <summary>What was added, with the ingress gateway that the mesh itself brings.</summary>
    /// <param name="addsIngress">Whether to add it: texts speak of it without holding it.</param>
    /// <exception cref="YamlFormatException">The mesh configuration is not YAML.</exception>
    public AnalysisSnapshot ToSnapshot(bool addsIngress)
    {
        var configMap = _resources.LastOrDefault(resource =>
            resource.Kind == KindNames.ConfigMap && resource.Name == MeshConfigDecoder.ConfigMapName && resource.Namespace == MeshConfigDecoder.Namespace);
        var settings = MeshSettings.Default;
        settings = TextOf(_config, configMap, MeshConfigDecoder.Key) is { Length: > 0 } config ? settings.WithConfig(config) : settings;
        settings = TextOf(_networks, configMap, NetworksKey) is { Length: > 0 } networks ? settings.WithNetworks(networks) : settings;
        return new AnalysisSnapshot(addsIngress && settings.HasIngress ? [.. DefaultResources(settings), .. _resources] : _resources, settings);
    }

    private static string? TextOf(string? given, AnalysisResource? configMap, string key) =>
        given ?? configMap?.Document.Field("data").Text(key);

    private IEnumerable<AnalysisResource> DefaultResources(MeshSettings settings) =>
        _reader.Read(IngressGateway.Text(settings), "").Documents
            .Select(document => new AnalysisResource(document.Resource!, document.Resource!.Id.Namespace, document.Findings, node: null));
}
