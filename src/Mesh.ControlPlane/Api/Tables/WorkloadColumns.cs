using System.Text.Json;
using Mesh.Config;
using static Mesh.ControlPlane.Api.Tables.JsonCells;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>What Kubernetes prints of kinds that run something; nothing here runs them, so that most counts are what the object says of itself.</summary>
internal static class WorkloadColumns
{
    /// <summary>The columns after the name; null for a kind of somebody else.</summary>
    public static IEnumerable<TableColumn>? Of(ResourceKind kind) => (kind.Group, kind.Kind) switch
    {
        ("", "Pod") => Pod,
        ("apps", "Deployment") => Deployment,
        ("apps", "StatefulSet") => [Ready, TableColumns.Age, .. Containers],
        ("apps", "DaemonSet") => DaemonSet,
        _ => null,
    };

    private static readonly TableColumn Ready = new("Ready", (item, _) => $"{item.Document.At("status", "readyReplicas").Number()}/{item.Document.At("spec", "replicas").Number(1)}");

    private static readonly TableColumn[] Containers =
    [
        new("Containers", (item, _) => Template(item, "name"), Priority: 1),
        new("Images", (item, _) => Template(item, "image"), Priority: 1),
    ];

    private static readonly TableColumn Selector = new("Selector", (item, _) => item.Document.At("spec", "selector", "matchLabels").Selector(), Priority: 1);

    private static readonly TableColumn[] Deployment =
    [
        Ready,
        Count("Up-to-date", "updatedReplicas"),
        Count("Available", "availableReplicas"),
        TableColumns.Age,
        .. Containers,
        Selector,
    ];

    private static readonly TableColumn[] DaemonSet =
    [
        Count("Desired", "desiredNumberScheduled"),
        Count("Current", "currentNumberScheduled"),
        Count("Ready", "numberReady"),
        Count("Up-to-date", "updatedNumberScheduled"),
        Count("Available", "numberAvailable"),
        new("Node Selector", (item, _) => item.Document.At("spec", "template", "spec", "nodeSelector").Selector()),
        TableColumns.Age,
        .. Containers,
        Selector,
    ];

    private static readonly TableColumn[] Pod =
    [
        new("Ready", (item, _) => $"{Statuses(item).Count(status => status.At("ready").ValueKind == JsonValueKind.True)}/{item.Document.At("spec", "containers").Count()}"),
        new("Status", (item, _) => item.Document.At("status", "phase").Text("Unknown")),
        new("Restarts", (item, _) => Statuses(item).Sum(status => status.At("restartCount").Number()), "string"),
        TableColumns.Age,
        new("IP", (item, _) => item.Document.At("status", "podIP").Text(None), Priority: 1),
        new("Node", (item, _) => item.Document.At("spec", "nodeName").Text(None), Priority: 1),
    ];

    private static IEnumerable<JsonElement> Statuses(Resource item) => item.Document.At("status", "containerStatuses").Items();

    private static string Template(Resource item, string field) =>
        item.Document.At("spec", "template", "spec", "containers").Items().Select(container => container.At(field).Text()).Joined();

    private static TableColumn Count(string name, string field) => new(name, (item, _) => item.Document.At("status", field).Number(), "string");
}
