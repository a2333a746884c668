using System.Text.Json.Nodes;
using Mesh.ControlPlane.Serving.Modes;

namespace Mesh.ControlPlane.Api.Modes;

/// <summary>How a process stands with its configuration, and what is ordered, as JSON.</summary>
internal static class ModeDescription
{
    /// <param name="client">The process.</param>
    /// <param name="order">What holds for it.</param>
    public static JsonObject Of(ModeClient client, ModeOrder? order)
    {
        var report = client.Report;
        return new JsonObject
        {
            ["id"] = client.Node,
            ["namespace"] = client.Name.Namespace,
            ["service"] = client.Name.Service,
            ["version"] = client.Name.Version,
            ["workload"] = client.Name.Workload,
            ["mode"] = report.Mode,
            ["since"] = report.Since?.ToDateTimeOffset().ToString("O"),
            ["reason"] = report.Reason,
            ["ordered"] = order is null ? null : "direct",
            ["switchedBy"] = new JsonArray([.. report.SwitchedBy.Select(who => (JsonNode)who)]),
            ["destinations"] = new JsonObject(report.Destinations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["ambientErrors"] = report.AmbientErrors,
            ["heldClusters"] = report.HeldClusters,
            ["heldListeners"] = report.HeldListeners,
            ["lastOutage"] = report.LastOutage is not { } outage ? null : new JsonObject
            {
                ["mode"] = outage.Mode,
                ["began"] = outage.Began?.ToDateTimeOffset().ToString("O"),
                ["ended"] = outage.Ended?.ToDateTimeOffset().ToString("O"),
            },
        };
    }

    public static JsonObject Of(ModeOrder order) => new()
    {
        ["mode"] = "direct",
        ["namespace"] = order.Namespace,
        ["target"] = order.Target,
        ["by"] = order.By,
        ["since"] = order.Since.ToString("O"),
        ["reason"] = order.Reason,
    };
}
