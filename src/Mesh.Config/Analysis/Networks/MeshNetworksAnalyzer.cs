using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Decoding;

namespace Mesh.Config.Analysis.Networks;

/// <summary>Networks whose endpoints come from a registry that nobody knows (IST0126).</summary>
internal sealed class MeshNetworksAnalyzer : IAnalyzer
{
    private const string ClusterSecretLabel = "istio/multiCluster";

    private static readonly ResourceKind Kind = new("", KindNames.MeshNetworks.Kind, "", [""], Spec: null);

    public string Name => "meshnetworks.MeshNetworksAnalyzer";

    public string Description => "Check the validity of MeshNetworks in the cluster";

    public void Analyze(AnalysisContext context)
    {
        var settings = context.Snapshot.Settings;
        if (settings.Networks.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        var registries = context.All(KindNames.Secret)
            .Where(secret => secret.Labels.GetValueOrDefault(ClusterSecretLabel) == "true")
            .SelectMany(secret => secret.Document.Fields("data").Concat(secret.Document.Fields("stringData")))
            .Select(cluster => cluster.Name)
            .Concat(["Mock", "Kubernetes", "External"])
            .ToHashSet(StringComparer.Ordinal);
        var resource = Networks(settings);
        foreach (var network in settings.Networks.Fields("networks"))
        {
            foreach (var endpoint in network.Value.Items("endpoints"))
            {
                if (endpoint.Field("fromRegistry") is var registry && registry.Exists() && !registries.Contains(registry.Text()))
                {
                    context.Report(Messages.UnknownMeshNetworksServiceRegistry, resource, registry.Text(), network.Name);
                }
            }
        }
    }

    private static AnalysisResource Networks(MeshSettings settings)
    {
        var resource = new Resource
        {
            Id = new ResourceId("", Kind.Kind, MeshConfigDecoder.Namespace, "meshnetworks"),
            Kind = Kind,
            ApiVersion = "",
            Document = settings.Networks,
        };
        return new AnalysisResource(resource, MeshConfigDecoder.Namespace, new FindingCollector(""), node: null);
    }
}
