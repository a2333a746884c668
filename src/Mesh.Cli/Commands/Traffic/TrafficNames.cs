using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>The nodes of a graph by the names that people use: a service, <c>svc/NAME</c>, <c>deploy/NAME</c>, a workload, each also with <c>.NAMESPACE</c>.</summary>
internal static class TrafficNames
{
    private static readonly string[] ServiceKinds = ["svc", "service", "services"];
    private static readonly string[] WorkloadKinds = ["deploy", "deployment", "deployments", "po", "pod", "pods", "workload", "workloads"];

    /// <summary>Whether a node is what a person means.</summary>
    public static bool Means(string name, JsonObject node)
    {
        var parts = name.Split('/', 2);
        var (kind, own) = parts.Length == 2 ? (parts[0], parts[1]) : ("", name);
        if (kind.Length > 0 && !ServiceKinds.Contains(kind, StringComparer.Ordinal) && !WorkloadKinds.Contains(kind, StringComparer.Ordinal))
        {
            throw new CommandException($"Expected a name, svc/NAME or deploy/NAME, got '{name}'.", ExitCode.Usage);
        }

        return (!WorkloadKinds.Contains(kind, StringComparer.Ordinal) && Is(own, JsonText.Of(node, "service"), node))
            || (!ServiceKinds.Contains(kind, StringComparer.Ordinal) && WorkloadsOf(node).Any(workload => Is(own, workload, node)));
    }

    /// <summary>For tables.</summary>
    public static string Label(JsonObject node) =>
        JsonText.Of(node, "workload") is { Length: > 0 } workload ? workload
        : JsonText.Of(node, "version") is { Length: > 0 } version ? $"{JsonText.Of(node, "service")} {version}"
        : JsonText.Of(node, "service");

    /// <summary>A deployment is what its processes are named after: <c>reviews-v1</c> of <c>reviews-v1-x7k2p</c>.</summary>
    private static IEnumerable<string> WorkloadsOf(JsonObject node)
    {
        var workload = JsonText.Of(node, "workload");
        yield return workload;
        if (workload.LastIndexOf('-') is > 0 and var tail)
        {
            yield return workload[..tail];
        }

        yield return $"{JsonText.Of(node, "service")}-{JsonText.Of(node, "version")}";
    }

    private static bool Is(string asked, string name, JsonObject node) => name.Length > 0 && (asked == name || asked == $"{name}.{JsonText.Of(node, "namespace")}");
}
