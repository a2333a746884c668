using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Pods whose sidecar has another image than would be injected today (IST0158).</summary>
internal sealed class ImageAnalyzer : IAnalyzer
{
    private const string InjectorPrefix = "istio-sidecar-injector";
    private const string OwnImageAnnotation = "sidecar.istio.io/proxyImage";

    public string Name => "injection.ImageAnalyzer";

    public string Description => "Checks the image of auto-injection configured with the running proxies on pods";

    public void Analyze(AnalysisContext context)
    {
        var images = context.All(KindNames.ConfigMap)
            .Where(map => map.Name.StartsWith(InjectorPrefix, StringComparison.Ordinal))
            .DistinctBy(map => map.Name)
            .ToDictionary(map => map.Name, map => InjectorValues.ProxyImage(InjectorValues.Of(map)), StringComparer.Ordinal);
        if (images.Count == 0)
        {
            return;
        }

        var types = new ProxyImageTypes(context.Snapshot);
        var pods = context.All(KindNames.Pod).ToLookup(pod => pod.Namespace, StringComparer.Ordinal);
        foreach (var ns in context.All(KindNames.Namespace))
        {
            if (RevisionOf(ns) is not { } revision || !images.TryGetValue(MeshMembership.InjectorConfigMap(revision), out var image))
            {
                continue;
            }

            var names = pods[ns.Name].SelectMany(pod => Mismatches(pod, image, types)).ToArray();
            if (names.Length > 0)
            {
                context.Report(Messages.PodsIstioProxyImageMismatchInNamespace, ns, [names]);
            }
        }
    }

    /// <summary>The revision that injects into the namespace; null when none does.</summary>
    private static string? RevisionOf(AnalysisResource ns) =>
        ns.Labels.TryGetValue(MeshMembership.RevisionLabel, out var revision) ? revision
        : ns.Labels.GetValueOrDefault(MeshMembership.InjectionLabel) == MeshMembership.Enabled ? "default"
        : null;

    private static IEnumerable<string> Mismatches(AnalysisResource pod, string image, ProxyImageTypes types)
    {
        if (pod.Annotations.GetValueOrDefault(OwnImageAnnotation, "").Length > 0)
        {
            return [];
        }

        var variant = $"{image}-{types.Of(pod)}";
        return MeshMembership.Containers(pod.Document.Field("spec"))
            .Where(container => container.Text("name") == MeshMembership.ProxyContainer)
            .Select(container => container.Text("image"))
            .Where(found => found != image && found != variant)
            .Select(_ => pod.Name);
    }
}
