using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>Deployments behind several Services that contradict each other about a port (IST0116, IST0137).</summary>
internal sealed class ServiceAssociationAnalyzer : IAnalyzer
{
    private const string ManagedLabel = "gateway.istio.io/managed";
    private const string WaypointController = "istio.io-mesh-controller";

    public string Name => "deployment.MultiServiceAnalyzer";

    public string Description => "Checks association between services and pods";

    public void Analyze(AnalysisContext context)
    {
        // By one label of the selector: a Deployment that lacks it is not selected.
        var services = context.All(KindNames.Service)
            .Select(service => (Service: service, Selector: new LabelSelector(service.Document.Field("spec").Map("selector"))))
            .Where(entry => !entry.Selector.IsEmpty)
            .ToLookup(entry => (entry.Service.Namespace, entry.Selector.Labels[0]));
        foreach (var deployment in context.All(KindNames.Deployment))
        {
            if (deployment.Labels.GetValueOrDefault(ManagedLabel) == WaypointController || !MeshMembership.IsDeploymentInMesh(deployment, context.Snapshot))
            {
                continue;
            }

            var labels = deployment.Document.Field("spec", "template").Field("metadata").Map("labels");
            var ports = labels
                .SelectMany(label => services[(deployment.Namespace, label)])
                .Where(entry => entry.Selector.Matches(labels))
                .SelectMany(entry => entry.Service.Document.Field("spec").Items("ports").Select(port => (Service: entry.Service.FullName, Port: port)))
                .ToArray();
            CheckProtocols(context, deployment, ports);
            CheckTargets(context, deployment, ports);
        }
    }

    private static void CheckProtocols(AnalysisContext context, AnalysisResource deployment, (string Service, JsonElement Port)[] ports)
    {
        foreach (var same in ports.GroupBy(entry => entry.Port.Number("port")))
        {
            if (same.Select(entry => entry.Port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP").Distinct().Count() > 1)
            {
                context.ReportAt(
                    deployment.LineOf("metadata.name"), Messages.DeploymentAssociatedToMultipleServices, deployment,
                    deployment.Name, same.Key, same.Select(entry => entry.Service).Order(StringComparer.Ordinal).ToArray());
            }
        }
    }

    private static void CheckTargets(AnalysisContext context, AnalysisResource deployment, (string Service, JsonElement Port)[] ports)
    {
        foreach (var same in ports.GroupBy(entry => Target(entry.Port)))
        {
            var numbers = same.GroupBy(entry => entry.Port.Number("port")).OrderBy(group => group.Key).ToArray();
            if (numbers.Length > 1)
            {
                context.ReportAt(
                    deployment.LineOf("metadata.name"), Messages.DeploymentConflictingPorts, deployment,
                    deployment.Name, numbers.Select(group => group.Last().Service).Order(StringComparer.Ordinal).ToArray(), same.Key, numbers.Select(group => group.Key).ToArray());
            }
        }
    }

    private static string Target(JsonElement port) => port.Text("targetPort") is not ("" or "0") and var target ? target : port.Text("port");
}
