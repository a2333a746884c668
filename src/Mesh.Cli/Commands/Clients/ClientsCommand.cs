using System.CommandLine;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl clients</c>: who is connected, as whom, and whether it has what it should have.</summary>
internal static class ClientsCommand
{
    public static Command Create(CommandRunner run)
    {
        var lists = new ClientLists();
        return run.Asking("clients", "Connected clients, who they proved to be, and whether each has what it asked for.", lists.Options, async (call, cancellationToken) =>
        {
            call.Printer.List(await lists.GetAsync(call, cancellationToken), Columns(call.Terminal.Time), client => JsonText.Of(client, "id"));
            return ExitCode.Fine;
        });
    }

    private static Column[] Columns(TimeProvider time) =>
    [
        new("name", ClientFinder.NameOf),
        Column.Of("namespace", "namespace"),
        Column.Of("service", "workload"),
        Column.Of("state", "state"),
        new("identity", client => JsonText.Of(client, "identity") is { Length: > 0 } identity ? identity : "-"),
        new("config", SyncState.Worst) { Tone = SyncState.ToneOf },
        new("age", client => JsonText.Age(JsonText.Of(client, "connectedAt"), time.GetUtcNow())),
        Column.Of("version", "userAgent"),
        Column.Wide("id", "id"),
        Column.Wide("address", "address"),
        Column.Wide("locality", "locality"),
        Column.Wide("stream", "stream"),
        Column.Wide("protocol", "protocol"),
    ];
}
