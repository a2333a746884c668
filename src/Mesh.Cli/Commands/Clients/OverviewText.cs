using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>Writes the state of the mesh for people.</summary>
internal static class OverviewText
{
    private const int ShownRejections = 5;

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
