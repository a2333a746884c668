using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Explanation;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Requests;

/// <summary>Writes the explanation of a request for people, in the order in which the request meets things.</summary>
internal sealed class ExplanationText
{
    private const int ShownEndpoints = 10;
    private const int ShownRefusals = 5;

    private readonly Terminal _terminal;

    private ExplanationText(Terminal terminal) => _terminal = terminal;

    public static async Task WriteAsync(Terminal terminal, JsonObject explanation)
    {
        var text = new ExplanationText(terminal);
        await text.LineAsync("request", $"{JsonText.Of(explanation, "request.method")} {JsonText.Of(explanation, "request.url")}");
        await text.LineAsync("from", $"{JsonText.Of(explanation, "from.client")}.{JsonText.Of(explanation, "from.namespace")}, {(JsonText.Of(explanation, "from.identity") is { Length: > 0 } id ? id : "without a proved identity")}");
        await text.LineAsync("virtual host", JsonText.Of(explanation, "virtualHost") is { Length: > 0 } host ? host : $"none: {JsonText.Of(explanation, "reason")}");
        foreach (var refusal in explanation["refusals"]!.AsArray().Take(ShownRefusals))
        {
            await text.LineAsync("refused", refusal!.ToString(), Tone.Bad);
        }

        foreach (var outcome in explanation["outcomes"]!.AsArray().OfType<JsonObject>())
        {
            await text.OutcomeAsync(outcome);
        }

        var passes = JsonText.Of(explanation, "verdict.passes") == "yes";
        await text.LineAsync("verdict", $"{(passes ? "PASSES" : "FAILS")}: {JsonText.Of(explanation, "verdict.reason")}", passes ? Tone.Good : Tone.Bad);
    }

    private async Task OutcomeAsync(JsonObject outcome)
    {
        foreach (var passed in outcome["passedOver"]!.AsArray().OfType<JsonObject>())
        {
            await LineAsync("passed over", $"{Named(passed, "route")}it is not so that {JsonText.Of(passed, "failingCondition")}{In(passed)}");
        }

        var share = outcome["share"]!.GetValue<double>();
        await LineAsync("route", $"{Named(outcome, "route")}{JsonText.Of(outcome, "match")}{In(outcome)}{(share < 1 ? $", for {PolicyText.Of(share)} of such requests" : "")}");
        switch (JsonText.Of(outcome, "action"))
        {
            case "redirect":
                await LineAsync("redirect", $"{JsonText.Of(outcome, "status")} to {JsonText.Of(outcome, "location")}");
                break;
            case "answer":
                await LineAsync("answer", $"{JsonText.Of(outcome, "status")} {JsonText.Of(outcome, "body")}");
                break;
            case "forward":
                await ForwardAsync(outcome);
                break;
            default:
                await LineAsync("fails", JsonText.Of(outcome, "reason"), Tone.Bad);
                break;
        }
    }

    private async Task ForwardAsync(JsonObject outcome)
    {
        await LineAsync("timeout", JsonText.Of(outcome, "timeout") is { Length: > 0 } timeout ? timeout : "none");
        await LineAsync("retries", JsonText.Of(outcome, "retries") is { Length: > 0 } retries ? retries : "none");
        await OptionalAsync("hedging", JsonText.Of(outcome, "hedging"));
        await OptionalAsync("affinity", JsonText.Of(outcome, "affinity"));
        await OptionalAsync("mirrored to", JsonText.Of(outcome, "mirrors"));
        foreach (var cluster in outcome["clusters"]!.AsArray().OfType<JsonObject>())
        {
            await ClusterAsync(cluster);
        }
    }

    private async Task ClusterAsync(JsonObject cluster)
    {
        await LineAsync("cluster", $"{JsonText.Of(cluster, "name")}, {PolicyText.Of(cluster["share"]!.GetValue<double>())}{In(cluster)}");
        await LineAsync("  sent as", $"{JsonText.Of(cluster, "path")} to {JsonText.Of(cluster, "authority")}{(JsonText.Of(cluster, "authorityOfEndpoint") == "yes" ? ", the endpoint's own name instead" : "")}");
        await OptionalAsync("  headers", JsonText.Of(cluster, "headers"));
        await LineAsync("  fault", JsonText.Of(cluster, "fault") is { Length: > 0 } fault ? fault : "none");
        await OptionalAsync("  balancing", JsonText.Of(cluster, "balancing"));
        await OptionalAsync("  trouble", JsonText.Of(cluster, "reason"), Tone.Bad);
        var endpoints = cluster["endpoints"]!.AsArray().OfType<JsonObject>().ToArray();
        foreach (var endpoint in endpoints.Take(ShownEndpoints))
        {
            var isUsable = JsonText.Of(endpoint, "usable") == "yes";
            var workload = JsonText.Of(endpoint, "workload") is { Length: > 0 } name ? $" {name}" : "";
            var priority = JsonText.Of(endpoint, "priority") is "0" or "" ? "" : $", priority {JsonText.Of(endpoint, "priority")}";
            await LineAsync("  endpoint", $"{JsonText.Of(endpoint, "address")}{workload}, {JsonText.Of(endpoint, "health").ToLowerInvariant()}, {JsonText.Of(endpoint, "security")}{priority}", isUsable ? Tone.Plain : Tone.Bad);
        }

        if (endpoints.Length > ShownEndpoints)
        {
            await LineAsync("  endpoint", string.Create(CultureInfo.InvariantCulture, $"and {endpoints.Length - ShownEndpoints} more"));
        }

        foreach (var decision in (cluster["inbound"] as JsonArray ?? []).OfType<JsonObject>())
        {
            await DecisionAsync(decision);
        }
    }

    private async Task DecisionAsync(JsonObject decision)
    {
        if (decision["unknown"] is { } unknown)
        {
            await LineAsync("  receiver", unknown.ToString(), Tone.Caution);
            return;
        }

        var isAllowed = JsonText.Of(decision, "allowed") == "yes";
        var mode = $"peers {JsonText.Of(decision, "peerAuthentication")}";
        await LineAsync("  receiver", $"{JsonText.Of(decision, "workload")} {(isAllowed ? "ALLOWS" : "DENIES")} it ({mode}): {JsonText.Of(decision, "reason")}", isAllowed ? Tone.Good : Tone.Bad);
        foreach (var policy in decision["items"]!.AsArray().OfType<JsonObject>())
        {
            var met = JsonText.Of(policy, "matches") == "yes" ? "matches" : $"does not match: {JsonText.Of(policy, "failingCondition")}";
            await LineAsync("    policy", $"{JsonText.Of(policy, "action")}{(JsonText.Of(policy, "dryRun") == "yes" ? " (dry run)" : "")} {JsonText.Of(policy, "policy")} {met}{In(policy)}");
        }
    }

    private static string Named(JsonObject node, string field) => JsonText.Of(node, field) is { Length: > 0 } name ? $"{name}: " : "";

    private static string In(JsonObject node) => OriginLines.Text(node["origin"]) is { Length: > 0 } text ? $"  [{text}]" : "";

    private Task OptionalAsync(string title, string text, Tone tone = Tone.Plain) => text.Length == 0 ? Task.CompletedTask : LineAsync(title, text, tone);

    private Task LineAsync(string title, string text, Tone tone = Tone.Plain) => _terminal.Out.WriteLineAsync($"{title,-14}{_terminal.Paint(Terminal.Safe(text), tone)}");
}
