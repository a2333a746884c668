using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Networks;

/// <summary>Services of one name that differ between clusters (IST0170).</summary>
internal sealed class MultiClusterServiceAnalyzer : IAnalyzer
{
    private const string OwnCluster = "local";

    public string Name => "services.MultiClusterServiceAnalyzer";

    public string Description => "Check the validity of services in the multi-cluster environment";

    public void Analyze(AnalysisContext context)
    {
        var services = context.Snapshot.Resources.Where(resource => resource.Kind == KindNames.Service).GroupBy(service => service.FullName, StringComparer.Ordinal);
        foreach (var same in services.Where(group => group.Count() > 1))
        {
            Check(context, [.. same.OrderBy(service => service.Cluster, StringComparer.Ordinal)]);
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource[] services)
    {
        var first = services[0];
        var clusters = new SortedSet<string>(StringComparer.Ordinal);
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var other in services.Skip(1))
        {
            foreach (var reason in Differences(first.Document.Field("spec"), other.Document.Field("spec")))
            {
                reasons.Add(reason);
                clusters.UnionWith([ClusterOf(first), ClusterOf(other)]);
            }
        }

        if (reasons.Count > 0)
        {
            context.Report(Messages.MultiClusterInconsistentService, first, first.Name, first.Namespace, clusters, string.Join("; ", reasons));
        }
    }

    private static IEnumerable<string> Differences(JsonElement left, JsonElement right)
    {
        if ((left.Text("clusterIP") == "None") != (right.Text("clusterIP") == "None"))
        {
            yield return "service has mixed mode like headless and clusterIP";
        }

        if (left.Text("type") != right.Text("type"))
        {
            yield return "service type is inconsistent";
        }

        if (!AreSame(PortsOf(left), PortsOf(right)))
        {
            yield return "service ports are inconsistent";
        }
    }

    private static JsonElement[] PortsOf(JsonElement spec) => [.. spec.Items("ports").OrderBy(port => port.Text("name"), StringComparer.Ordinal)];

    private static bool AreSame(JsonElement[] left, JsonElement[] right) =>
        left.Length == right.Length && left.Zip(right).All(pair => JsonElement.DeepEquals(pair.First, pair.Second));

    private static string ClusterOf(AnalysisResource service) => service.Cluster.Length == 0 ? OwnCluster : service.Cluster;
}
