using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Namespaces that are not, or contradictorily, enabled for sidecars, and pods that lack theirs (IST0102, IST0103, IST0123, IST0148).</summary>
internal sealed class InjectionAnalyzer : IAnalyzer
{
    private const string ControlPlane = "istio-system";

    public string Name => "injection.Analyzer";

    public string Description => "Checks conditions related to Istio sidecar injection";

    public void Analyze(AnalysisContext context)
    {
        var injected = new HashSet<string>(StringComparer.Ordinal);
        var injectors = context.All(KindNames.ConfigMap).DistinctBy(map => map.Name).ToDictionary(map => map.Name, StringComparer.Ordinal);
        foreach (var ns in context.All(KindNames.Namespace).Where(ns => ns.Name != ControlPlane))
        {
            if (Check(context, ns, injectors))
            {
                injected.Add(ns.Name);
            }
        }

        foreach (var pod in context.All(KindNames.Pod).Where(pod => injected.Contains(pod.Namespace) && LacksProxy(pod)))
        {
            context.Report(Messages.PodMissingProxy, pod, pod.FullName);
        }
    }

    /// <summary>Whether pods of the namespace are to have a sidecar.</summary>
    private static bool Check(AnalysisContext context, AnalysisResource ns, Dictionary<string, AnalysisResource> injectors)
    {
        var isLabelled = ns.Labels.TryGetValue(MeshMembership.InjectionLabel, out var injection);
        var hasRevision = ns.Labels.TryGetValue(MeshMembership.RevisionLabel, out var revision);
        ReportContradiction(context, ns);
        if (ns.Labels.GetValueOrDefault(MeshMembership.DataplaneLabel) == MeshMembership.Ambient)
        {
            return false;
        }

        if (string.IsNullOrEmpty(injection) && !hasRevision)
        {
            if (IsInjectedByDefault(injectors.GetValueOrDefault(MeshMembership.InjectorConfigMap(revision ?? ""))))
            {
                context.Report(Messages.NamespaceInjectionEnabledByDefault, ns);
            }
            else
            {
                context.ReportAt(ns.LineOf("metadata.name"), Messages.NamespaceNotInjected, ns, ns.Name, ns.Name);
            }

            return false;
        }

        return isLabelled && injection == MeshMembership.Enabled;
    }

    private static void ReportContradiction(AnalysisContext context, AnalysisResource ns)
    {
        var isLabelled = ns.Labels.TryGetValue(MeshMembership.InjectionLabel, out var injection);
        string[] others = isLabelled && injection != MeshMembership.Enabled ? [] : [MeshMembership.RevisionLabel, MeshMembership.DataplaneLabel];
        string[] labels =
        [
            .. isLabelled ? [$"{MeshMembership.InjectionLabel}={injection}"] : Array.Empty<string>(),
            .. others.Where(ns.Labels.ContainsKey).Select(label => $"{label}={ns.Labels[label]}"),
        ];
        if (labels.Length > 1)
        {
            context.Report(Messages.NamespaceMultipleInjectionLabels, ns, [labels]);
        }
    }

    private static bool LacksProxy(AnalysisResource pod)
    {
        var asked = pod.Labels.GetValueOrDefault(MeshMembership.InjectLabel) ?? pod.Annotations.GetValueOrDefault(MeshMembership.InjectLabel);
        var spec = pod.Document.Field("spec");
        return !string.Equals(asked, "false", StringComparison.OrdinalIgnoreCase)
            && !spec.IsTrue("hostNetwork")
            && MeshMembership.ProxyImage(MeshMembership.Containers(spec)).Length == 0;
    }

    private static bool IsInjectedByDefault(AnalysisResource? injector) =>
        InjectorValues.Of(injector).Field("sidecarInjectorWebhook").IsTrue("enableNamespacesByDefault");
}
