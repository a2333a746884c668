using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>Annotations whose feature may still change (IST0136). Too talkative to be among those that run unasked (Istio).</summary>
internal sealed class AlphaAnnotationAnalyzer : IAnalyzer
{
    private static readonly KindName[] Kinds = [KindNames.Namespace, KindNames.Service, KindNames.Pod, KindNames.Deployment];

    /// <summary>Set by controllers, not by people.</summary>
    private static readonly HashSet<string> NotByPeople = ["sidecar.istio.io/status", "gateway.istio.io/controller-version", "istio.io/rev"];

    /// <summary>Set by Istio's CNI plugin, where it is in use.</summary>
    private static readonly HashSet<string> ByNetworkPlugin =
    [
        "sidecar.istio.io/interceptionMode",
        "traffic.sidecar.istio.io/includeInboundPorts",
        "traffic.sidecar.istio.io/excludeInboundPorts",
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
    ];

    public string Name => "annotations.AlphaAnalyzer";

    public string Description => "Checks for alpha Istio annotations in Kubernetes resources";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in Kinds.SelectMany(kind => context.All(kind)))
        {
            var hasPlugin = resource.Kind == KindNames.Pod
                && !resource.Document.Field("spec").Items("initContainers").Any(container => container.Text("name") == "istio-init");
            foreach (var name in resource.Annotations.Keys.Where(IstioAnnotations.IsIstios))
            {
                if (IstioAnnotations.Find(name) is { Alpha: true } && !NotByPeople.Contains(name) && !(hasPlugin && ByNetworkPlugin.Contains(name)))
                {
                    context.ReportAt(resource.LineOf("metadata.annotations", name), Messages.AlphaAnnotation, resource, name);
                }
            }
        }
    }
}
