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
        static (client, name) => NamesOf(client).Contains(name, StringComparer.Ordinal),
        static (client, name) => NamesOf(client).Any(own => $"{own}.{JsonText.Of(client, "namespace")}" == name),
        static (client, name) => JsonText.Of(client, "id").StartsWith(name, StringComparison.Ordinal),
    ];

    /// <summary>The name that people use for a client.</summary>
    public static string NameOf(JsonObject client) =>
        JsonText.Of(client, "workloadName") is { Length: > 0 } workload ? workload
        : JsonText.Of(client, "cluster") is { Length: > 0 } cluster ? cluster
        : JsonText.Of(client, "id");

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
