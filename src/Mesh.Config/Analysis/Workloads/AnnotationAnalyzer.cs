namespace Mesh.Config.Analysis.Workloads;

/// <summary>Istio's annotations that are unknown, misplaced, deprecated or wrong (IST0107, IST0108, IST0125, IST0135).</summary>
internal sealed class AnnotationAnalyzer : IAnalyzer
{
    private static readonly KindName[] Kinds = [KindNames.Namespace, KindNames.Service, KindNames.Pod, KindNames.Deployment];

    public string Name => "annotations.K8sAnalyzer";

    public string Description => "Checks for misplaced and invalid Istio annotations in Kubernetes resources";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in Kinds.SelectMany(kind => context.All(kind)))
        {
            foreach (var (name, value) in resource.Annotations.Where(annotation => IstioAnnotations.IsIstios(annotation.Key)))
            {
                Check(context, resource, name, value);
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource resource, string name, string value)
    {
        var line = resource.LineOf("metadata.annotations", name);
        if (IstioAnnotations.Find(name) is not { } annotation)
        {
            context.ReportAt(line, Messages.UnknownAnnotation, resource, name);
            return;
        }

        // Who has the label too knows, and keeps the annotation for older injectors.
        var isInject = name == IstioAnnotations.Inject;
        if (annotation.Deprecated && !(isInject && resource.Labels.ContainsKey(IstioAnnotations.Inject)))
        {
            context.ReportAt(line, Messages.DeprecatedAnnotation, resource, name, isInject ? " in favor of the \"sidecar.istio.io/inject\" label" : "");
        }

        if (annotation.Kinds.Contains(IstioAnnotations.Any))
        {
            return;
        }

        if (!annotation.Kinds.Contains(resource.Kind.Kind))
        {
            context.ReportAt(line, Messages.MisplacedAnnotation, resource, name, string.Join(", ", annotation.Kinds));
        }
        else if (AnnotationValues.Problem(name, value) is { } problem)
        {
            context.ReportAt(line, Messages.InvalidAnnotation, resource, name, problem);
        }
    }
}
