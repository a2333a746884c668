using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Requests;

/// <summary>Sums an explanation up: whether the request gets through, and the first reason why it may not.</summary>
internal static class RequestVerdict
{
    public static JsonObject Of(JsonObject explanation)
    {
        var reason = Obstacle(explanation);
        return new JsonObject { ["passes"] = reason is null, ["reason"] = reason ?? "it gets through" };
    }

    private static string? Obstacle(JsonObject explanation)
    {
        switch (JsonText.Of(explanation, "status"))
        {
            case "Failed":
                return $"the mesh has no usable configuration for it: {JsonText.Of(explanation, "reason")}";
            case "Unknown":
                return $"the mesh does not know it: {JsonText.Of(explanation, "reason")}; the client follows its outbound traffic policy";
        }

        var outcomes = explanation["outcomes"]!.AsArray().OfType<JsonObject>().ToArray();
        if (outcomes.Sum(outcome => outcome["share"]!.GetValue<double>()) < 1 - 1e-9)
        {
            return outcomes.Length == 0 ? "no route matches" : "no route matches some of such requests";
        }

        return outcomes.Select(Obstacle).FirstOrDefault(obstacle => obstacle is not null);

        static string? Obstacle(JsonObject outcome) => JsonText.Of(outcome, "action") switch
        {
            "fail" => JsonText.Of(outcome, "reason"),
            "forward" => outcome["clusters"]!.AsArray().OfType<JsonObject>().Select(OfCluster).FirstOrDefault(obstacle => obstacle is not null),
            _ => null,
        };
    }

    private static string? OfCluster(JsonObject cluster)
    {
        var endpoints = cluster["endpoints"]!.AsArray().OfType<JsonObject>().ToArray();
        var name = JsonText.Of(cluster, "name");
        if (!endpoints.Any(endpoint => JsonText.Of(endpoint, "usable") == "yes") && !name.StartsWith("Passthrough", StringComparison.Ordinal))
        {
            return JsonText.Of(cluster, "reason") is { Length: > 0 } reason ? reason : $"{name} has {(endpoints.Length == 0 ? "no endpoint" : "no healthy endpoint")}";
        }

        return (cluster["inbound"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(decision => decision["allowed"] is not null && JsonText.Of(decision, "allowed") == "no")
            .Select(decision => $"{JsonText.Of(decision, "workload")} denies it: {JsonText.Of(decision, "reason")}")
            .FirstOrDefault();
    }
}
