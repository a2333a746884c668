using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Resources;

/// <summary>Resources whose status says that they do not work (IST0171).</summary>
internal sealed class ConditionAnalyzer : IAnalyzer
{
    private static readonly string[] Waypoint = ["istio.io/WaypointBound"];
    private static readonly string[] Routing = ["Accepted", "Programmed", "ResolvedRefs"];

    /// <summary>The conditions that are Istio's business; other controllers' are not.</summary>
    private static readonly (KindName Kind, string[] Types)[] Watched =
    [
        (KindNames.Service, Waypoint),
        (KindNames.ServiceEntry, Waypoint),
        (KindNames.AuthorizationPolicy, ["ZtunnelAccepted", "WaypointAccepted"]),
        (KindNames.KubernetesGateway, Routing),
        (KindNames.HttpRoute, Routing),
        (KindNames.GrpcRoute, Routing),
    ];

    public string Name => "conditions.ConditionAnalyzer";

    public string Description => "Checks for negative status conditions on resources";

    public void Analyze(AnalysisContext context)
    {
        foreach (var (kind, types) in Watched)
        {
            foreach (var resource in context.All(kind))
            {
                foreach (var condition in ConditionsOf(resource).Where(condition => IsNegative(condition, kind, types)))
                {
                    context.Report(Messages.NegativeConditionStatus, resource, condition.Text("type"), condition.Text("reason"), condition.Text("message"));
                }
            }
        }
    }

    /// <summary>Routes have a status for each parent.</summary>
    private static IEnumerable<JsonElement> ConditionsOf(AnalysisResource resource)
    {
        var status = resource.Document.Field("status");
        return resource.Kind == KindNames.HttpRoute || resource.Kind == KindNames.GrpcRoute
            ? status.Items("parents").SelectMany(parent => parent.Items("conditions"))
            : status.Items("conditions");
    }

    private static bool IsNegative(JsonElement condition, KindName kind, string[] types)
    {
        // A policy of which a part is refused is accepted, and says so in the reason only.
        var isPartial = kind == KindNames.AuthorizationPolicy && condition.Text("type") == "WaypointAccepted" && condition.Text("reason") == "PartiallyInvalid";
        return isPartial || (condition.Text("status") == "False" && types.Contains(condition.Text("type")));
    }
}
