using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>Finds the connected client that a person means: by node id or the start of one, stream, workload, service, or any of these with <c>.namespace</c>.</summary>
internal static class ClientFinder
{
    private const int ShownNames = 10;

    /// <param name="call">Asks.</param>
    /// <param name="name">As it was typed.</param>
    /// <param name="ns">Only in this namespace; null for any.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<JsonObject> FindAsync(Call call, string name, string? ns, CancellationToken cancellationToken)
    {
        var list = await call.Api.GetAsync("/api/v1/clients", cancellationToken);
        var clients = list["items"]!.AsArray().OfType<JsonObject>().Where(client => ns is null || JsonText.Of(client, "namespace") == ns).ToArray();
        var found = Levels.Select(level => clients.Where(client => level(client, name)).ToArray()).FirstOrDefault(matches => matches.Length > 0);
        if (found is null)
        {
            throw new CommandException($"No connected client is called '{name}'{(ns is null ? "" : $" in namespace {ns}")}; connected are: {Names(clients)}. 'meshctl clients' lists them.");
        }

        if (found.Length > 1)
        {
            await call.Terminal.Error.WriteLineAsync(
                $"{found.Length} clients are called '{name}'; this is {Terminal.Safe(JsonText.Of(found[0], "id"))}. Give the id of another to see that one.");
        }

        return found[0];
    }

    /// <summary>The best way of meaning a client first.</summary>
    private static readonly Func<JsonObject, string, bool>[] Levels =
    [
        static (client, name) => JsonText.Of(client, "id") == name || JsonText.Of(client, "stream") == name,
        static (client, name) => Meant(name, client).Contains(Own(name), StringComparer.Ordinal),
        static (client, name) => Meant(name, client).Any(own => $"{own}.{JsonText.Of(client, "namespace")}" == Own(name)),
        static (client, name) => JsonText.Of(client, "id").StartsWith(name, StringComparison.Ordinal),
    ];

    /// <summary>The name that people use for a client.</summary>
    public static string NameOf(JsonObject client) =>
        JsonText.Of(client, "workloadName") is { Length: > 0 } workload ? workload
        : JsonText.Of(client, "cluster") is { Length: > 0 } cluster ? cluster
        : JsonText.Of(client, "id");

    /// <summary>Without <c>deploy/</c> and its like.</summary>
    private static string Own(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The names that count: a kind before the name leaves those of that kind.</summary>
    private static IEnumerable<string> Meant(string name, JsonObject client) => name.Split('/', 2)[0] switch
    {
        var kind when kind == name => NamesOf(client),
        "svc" or "service" or "services" => [JsonText.Of(client, "workload"), JsonText.Of(client, "cluster")],
        "deploy" or "deployment" or "deployments" => Deployments(client),
        "po" or "pod" or "pods" or "workload" or "workloads" => [JsonText.Of(client, "workloadName"), .. NamesOf(client).Skip(3)],
        _ => NamesOf(client),
    };

    /// <summary>Processes are named after their deployment, with a tail of their own, as pods are: one hash, or two.</summary>
    private static IEnumerable<string> Deployments(JsonObject client)
    {
        foreach (var name in NamesOf(client))
        {
            yield return name;
            var rest = name;
            for (var tail = 0; tail < 2 && rest.LastIndexOf('-') is > 0 and var dash; tail++)
            {
                yield return rest = rest[..dash];
            }
        }
    }

    /// <summary>A sidecar's id is <c>type~address~name.namespace~domain</c>.</summary>
    private static IEnumerable<string> NamesOf(JsonObject client)
    {
        yield return JsonText.Of(client, "workloadName");
        yield return JsonText.Of(client, "workload");
        yield return JsonText.Of(client, "cluster");
        if (JsonText.Of(client, "id").Split('~') is [_, _, var pod, _])
        {
            yield return pod;
            yield return pod.Split('.')[0];
        }
    }

    private static string Names(JsonObject[] clients) => clients.Length == 0 ? "none"
        : string.Join(", ", clients.Take(ShownNames).Select(client => Terminal.Safe(NameOf(client)))) + (clients.Length > ShownNames ? $" and {clients.Length - ShownNames} more" : "");
}
