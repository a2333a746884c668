using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>Writes the state of the mesh for people.</summary>
internal static class OverviewText
{
    private const int ShownRejections = 5;
    private const int ShownModes = 5;

    public static async Task WriteAsync(Terminal terminal, JsonObject overview)
    {
        var now = terminal.Time.GetUtcNow();
        await LineAsync(terminal, "Control plane", ControlPlane(overview["controlPlane"]!.AsObject(), now));
        await LineAsync(terminal, "Configuration", Configuration(overview));
        if (overview["controlPlane"]!["registries"] is JsonArray { Count: > 0 } registries)
        {
            await LineAsync(terminal, "Registries", Registries(registries, now));
        }

        await LineAsync(terminal, "Clients", Clients(overview["clients"]!.AsObject()));
        await ModesAsync(terminal, overview["modes"]!.AsObject(), now);
        await RejectionsAsync(terminal, overview["rejections"]!.AsArray(), now);
        await LineAsync(terminal, "Authority", Authority(overview["authority"]!.AsObject(), now));
        await LineAsync(terminal, "Certificates", overview["certificates"] is JsonObject next
            ? $"next to expire {JsonText.Relative(JsonText.Of(next, "nextExpiry"), now)}: {JsonText.Of(next, "identity")}"
            : "no connected client has one");
    }

    private static string ControlPlane(JsonObject status, DateTimeOffset now) =>
        $"{JsonText.Of(status, "name")} {JsonText.Of(status, "version")} at {JsonText.Of(status, "server")}, up {JsonText.Age(JsonText.Of(status, "startedAt"), now)}, "
        + $"{JsonText.Of(status, "services")} services, {JsonText.Of(status, "endpoints")} endpoints";

    private static string Configuration(JsonObject overview)
    {
        var status = overview["controlPlane"]!;
        var text = $"{JsonText.Of(status, "resources")} resources in {JsonText.Of(status, "store")}";
        if (overview["findings"]?["items"] is not JsonArray findings)
        {
            return text;
        }

        var errors = findings.Count(finding => JsonText.Of(finding, "severity") == "error");
        return findings.Count == 0 ? $"{text}, nothing to complain of" : $"{text}, {errors} errors, {findings.Count - errors} warnings ('meshctl check' names them)";
    }

    private static string Registries(JsonArray registries, DateTimeOffset now) => string.Join(", ", registries.Select(registry =>
        $"{JsonText.Of(registry, "name")} {JsonText.Of(registry, "state")}"
        + (JsonText.Of(registry, "state") == "fresh" ? "" : $" for {JsonText.Age(JsonText.Of(registry, "since"), now)} ({JsonText.Of(registry, "lastError")})")));

    private static string Clients(JsonObject clients)
    {
        var states = string.Join(", ", clients["byConfig"]!.AsObject().Select(state => $"{state.Value} {state.Key}"));
        return JsonText.Of(clients, "connected") == "0" ? "none connected" : $"{JsonText.Of(clients, "connected")} connected: {states}; {JsonText.Of(clients, "proved")} with a proved identity";
    }

    /// <summary>How many processes follow what, and those that do not follow this control plane one by one.</summary>
    private static async Task ModesAsync(Terminal terminal, JsonObject modes, DateTimeOffset now)
    {
        if (modes["items"] is not JsonArray items)
        {
            await LineAsync(terminal, "Modes", JsonText.Of(modes, "error"));
            return;
        }

        var counts = items.GroupBy(item => JsonText.Of(item, "mode"), StringComparer.Ordinal).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}");
        await LineAsync(terminal, "Modes", items.Count == 0 ? "no process tells" : string.Join(", ", counts));
        foreach (var item in items.Where(item => JsonText.Of(item, "mode") != "live").Take(ShownModes))
        {
            var name = JsonText.Of(item, "workload") is { Length: > 0 } workload ? workload : JsonText.Of(item, "service");
            await terminal.Out.WriteLineAsync($"  {terminal.Paint(Terminal.Safe($"{name}.{JsonText.Of(item, "namespace")} {JsonText.Of(item, "mode")} for {JsonText.Age(JsonText.Of(item, "since"), now)}: {JsonText.Of(item, "reason")}"), Tone.Bad)}");
        }

        foreach (var order in (modes["orders"] as JsonArray ?? []).Take(ShownModes))
        {
            var scope = string.Join(" in ", new[] { JsonText.Of(order, "target"), JsonText.Of(order, "namespace") }.Where(part => part.Length > 0));
            await terminal.Out.WriteLineAsync($"  {terminal.Paint(Terminal.Safe($"ordered direct: {(scope.Length > 0 ? scope : "the whole mesh")}, by {JsonText.Of(order, "by")} {JsonText.Age(JsonText.Of(order, "since"), now)} ago {JsonText.Of(order, "reason")}".TrimEnd()), Tone.Bad)}");
        }
    }

    private static async Task RejectionsAsync(Terminal terminal, JsonArray rejections, DateTimeOffset now)
    {
        await LineAsync(terminal, "Refusals", rejections.Count == 0 ? "none" : $"{rejections.Count} types of resources ('meshctl proxy-status CLIENT' tells more)");
        foreach (var rejection in rejections.Take(ShownRejections))
        {
            var text = $"{JsonText.Of(rejection, "client")} {JsonText.Of(rejection, "type")} {JsonText.Age(JsonText.Of(rejection, "at"), now)} ago: {JsonText.Of(rejection, "message")}";
            await terminal.Out.WriteLineAsync($"  {terminal.Paint(Terminal.Safe(text), Tone.Bad)}");
        }
    }

    private static string Authority(JsonObject authority, DateTimeOffset now)
    {
        if (authority["error"] is { } error)
        {
            return error.ToString();
        }

        var roots = authority["items"]!.AsArray().Select(root => $"{JsonText.Of(root, "name")} {JsonText.Of(root, "state")}, expires {JsonText.Relative(JsonText.Of(root, "notAfter"), now)}");
        return $"{JsonText.Of(authority, "trustDomain")}, issuer expires {JsonText.Relative(JsonText.Of(authority, "issuerNotAfter"), now)}; roots: {string.Join("; ", roots)}";
    }

    private static Task LineAsync(Terminal terminal, string title, string text) => terminal.Out.WriteLineAsync($"{title,-15}{Terminal.Safe(text)}");
}
