using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>Applications that run as the user of the sidecar, whose traffic is therefore not captured (IST0144).</summary>
internal sealed class ApplicationUserAnalyzer : IAnalyzer
{
    private const int ProxyUser = 1337;

    public string Name => "applicationUID.Analyzer";

    public string Description => "Checks invalid application UID";

    public void Analyze(AnalysisContext context)
    {
        foreach (var pod in context.All(KindNames.Pod))
        {
            Check(context, pod, pod.Document.Field("spec"));
        }

        foreach (var deployment in context.All(KindNames.Deployment))
        {
            Check(context, deployment, deployment.Document.Field("spec", "template").Field("spec"));
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource resource, JsonElement podSpec)
    {
        if (MeshMembership.IsControlPlane(resource))
        {
            return;
        }

        var applications = podSpec.Items("containers").Where(container => container.Text("name") is not (MeshMembership.ProxyContainer or "istio-operator"));
        if (applications.Prepend(podSpec).Any(part => part.Field("securityContext").Number("runAsUser") == ProxyUser))
        {
            context.Report(Messages.InvalidApplicationUid, resource);
        }
    }
}
