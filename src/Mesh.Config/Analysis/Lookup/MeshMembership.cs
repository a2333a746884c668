using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Decides who is in the mesh: with a sidecar, injected or to be injected, or in ambient mode.</summary>
internal static class MeshMembership
{
    public const string InjectLabel = "sidecar.istio.io/inject";
    public const string InjectionLabel = "istio-injection";
    public const string RevisionLabel = "istio.io/rev";
    public const string DataplaneLabel = "istio.io/dataplane-mode";
    public const string Enabled = "enabled";
    public const string Ambient = "ambient";
    public const string ProxyContainer = "istio-proxy";

    private const string RedirectionAnnotation = "ambient.istio.io/redirection";

    /// <summary>The containers of a pod, a proxy that runs as an init container included.</summary>
    public static IEnumerable<JsonElement> Containers(JsonElement podSpec) => podSpec.Items("containers").Concat(podSpec.Items("initContainers"));

    public static bool IsPodInMesh(AnalysisResource pod, AnalysisSnapshot snapshot) =>
        IsInMesh(Containers(pod.Document.Field("spec")), pod.Labels, pod.Annotations, pod.Namespace, snapshot);

    public static bool IsDeploymentInMesh(AnalysisResource deployment, AnalysisSnapshot snapshot)
    {
        var template = deployment.Document.Field("spec", "template");
        var metadata = template.Field("metadata");
        return IsInMesh(template.Field("spec").Items("containers"), metadata.Map("labels"), metadata.Map("annotations"), deployment.Namespace, snapshot);
    }

    public static bool IsPodAmbient(AnalysisResource pod) => pod.Annotations.GetValueOrDefault(RedirectionAnnotation) == Enabled;

    public static bool IsNamespaceAmbient(AnalysisResource? ns) =>
        ns is not null
        && ns.Labels.GetValueOrDefault(InjectionLabel) != Enabled
        && ns.Labels.GetValueOrDefault(RevisionLabel, "").Length == 0
        && ns.Labels.GetValueOrDefault(DataplaneLabel) == Ambient;

    /// <summary>The image of the sidecar; empty without one.</summary>
    public static string ProxyImage(IEnumerable<JsonElement> containers)
    {
        var proxy = containers.FirstOrDefault(container => container.Text("name") == ProxyContainer);
        return proxy.Text("image");
    }

    /// <summary>Whether it belongs to Istio's own control plane.</summary>
    public static bool IsControlPlane(AnalysisResource resource) =>
        resource.Labels.ContainsKey("istio") || resource.Labels.GetValueOrDefault("release") == "istio";

    /// <summary>The ConfigMap that says how pods of a revision are injected.</summary>
    public static string InjectorConfigMap(string revision) =>
        revision is "" or "default" ? "istio-sidecar-injector" : $"istio-sidecar-injector-{revision}";

    private static bool IsInMesh(
        IEnumerable<JsonElement> containers,
        ImmutableSortedDictionary<string, string> labels,
        ImmutableSortedDictionary<string, string> annotations,
        string ns,
        AnalysisSnapshot snapshot)
    {
        if (ProxyImage(containers).Length > 0)
        {
            return true;
        }

        return labels.TryGetValue(InjectLabel, out var asked) || annotations.TryGetValue(InjectLabel, out asked)
            ? asked == "true"
            : snapshot.Find(KindNames.Namespace, "", ns)?.Labels.GetValueOrDefault(InjectionLabel) == Enabled;
    }
}
