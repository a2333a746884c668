using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl proxy-status</c>: for each client and type, whether what was sent was accepted; for one client, what was refused and why.</summary>
internal static class ProxyStatusCommand
{
    private const int ShownAbsent = 20;

    public static Command Create(CommandRunner run)
    {
        var lists = new ClientLists();
        var name = new Argument<string?>("client")
        {
            Description = "One client in detail: its id, workload or service. Default: all.",
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { context => DynamicNames.Clients(run, context) },
        };
        return run.Asking("proxy-status", "Whether each client accepted what it was sent: SYNCED, STALE (not answered yet), NACK (refused) or NOT SENT for each type.", [name, .. lists.Options], async (call, cancellationToken) =>
        {
            if (call.Arguments.GetValue(name) is { } one)
            {
                return await OneAsync(call, one, lists.Namespace(call), cancellationToken);
            }

            call.Printer.List(await lists.GetAsync(call, cancellationToken), Columns(call.Terminal.Time.GetUtcNow()), client => JsonText.Of(client, "id"));
            return ExitCode.Fine;
        });
    }

    private static List<Column> Columns(DateTimeOffset now) =>
    [
        new("name", ClientFinder.NameOf),
        Column.Of("namespace", "namespace"),
        .. SyncState.Types.Select(type => new Column(type, client => SyncState.WithAge(SyncState.Subscription(client, type), now)) { Tone = SyncState.ToneOf }),
        Column.Of("version", "userAgent"),
        .. SyncState.Types.Select(type => new Column($"{type} version", client => JsonText.Of(SyncState.Subscription(client, type), "acceptedVersion")) { IsWide = true }),
        Column.Wide("id", "id"),
    ];

    private static async Task<int> OneAsync(Call call, string name, string? ns, CancellationToken cancellationToken)
    {
        var client = await ClientFinder.FindAsync(call, name, ns, cancellationToken);
        if (!call.Printer.IsForPeople)
        {
            call.Printer.One(client, [], item => JsonText.Of(item, "id"));
            return ExitCode.Fine;
        }

        var now = call.Terminal.Time.GetUtcNow();
        call.Printer.One(client, About(now), ClientFinder.NameOf);
        await call.Terminal.Out.WriteLineAsync();
        var subscriptions = client["subscriptions"]!.AsArray().OfType<JsonObject>().ToArray();
        call.Printer.Rows(subscriptions, Types(now));
        await TellRefusalsAsync(call, subscriptions, now);
        await TellAbsentAsync(call, client, cancellationToken);
        return ExitCode.Fine;
    }

    private static Column[] About(DateTimeOffset now) =>
    [
        new("Client", ClientFinder.NameOf),
        Column.Of("Id", "id"),
        Column.Of("Namespace", "namespace"),
        Column.Of("Identity", "identity"),
        Column.Of("Version", "userAgent"),
        new("Connected", client => $"{JsonText.Age(JsonText.Of(client, "connectedAt"), now)} ({JsonText.Of(client, "protocol")}, stream {JsonText.Of(client, "stream")})"),
    ];

    private static Column[] Types(DateTimeOffset now) =>
    [
        Column.Of("type", "type"),
        new("state", SyncState.Of) { Tone = SyncState.ToneOf },
        Column.Of("sent version", "sentVersion"),
        new("sent", subscription => JsonText.Age(JsonText.Of(subscription, "sentAt"), now)),
        Column.Of("accepted version", "acceptedVersion"),
        new("accepted", subscription => JsonText.Age(JsonText.Of(subscription, "acceptedAt"), now)),
        new("asks for", subscription => JsonText.Of(subscription, "wildcard") == "yes" ? "everything" : subscription["names"]!.AsArray().Count.ToString(CultureInfo.InvariantCulture)),
        Column.Of("holds", "held"),
    ];

    /// <summary>The client's own words; they stay after a later response was accepted, and then say so.</summary>
    private static async Task TellRefusalsAsync(Call call, IEnumerable<JsonObject> subscriptions, DateTimeOffset now)
    {
        foreach (var subscription in subscriptions.Where(subscription => subscription["rejection"] is not null))
        {
            var isOver = SyncState.Of(subscription) == SyncState.Synced;
            var title = $"{JsonText.Of(subscription, "type")} {SyncState.Refused} of version {JsonText.Of(subscription, "rejection.version")} {JsonText.Age(JsonText.Of(subscription, "rejection.at"), now)} ago"
                + $" (code {JsonText.Of(subscription, "rejection.code")}{(isOver ? "; a later version was accepted" : "")}):";
            await call.Terminal.Out.WriteLineAsync();
            await call.Terminal.Out.WriteLineAsync(call.Terminal.Paint(title, isOver ? Tone.Caution : Tone.Bad));
            await call.Terminal.Out.WriteLineAsync(string.Join('\n', Terminal.SafeLines(JsonText.Of(subscription, "rejection.message")).Split('\n').Select(line => "  " + line)));
        }
    }

    private static async Task TellAbsentAsync(Call call, JsonObject client, CancellationToken cancellationToken)
    {
        var resources = await call.Api.GetAsync($"/api/v1/clients/{JsonText.Of(client, "stream")}/resources", cancellationToken);
        var absent = resources["items"]!.AsArray().Where(item => JsonText.Of(item, "version").Length == 0).ToArray();
        if (absent.Length > 0)
        {
            await call.Terminal.Out.WriteLineAsync();
            await call.Terminal.Out.WriteLineAsync("Asked for and not there for this client:");
            foreach (var item in absent.Take(ShownAbsent))
            {
                await call.Terminal.Out.WriteLineAsync($"  {JsonText.Of(item, "type")} {Terminal.Safe(JsonText.Of(item, "name"))}");
            }
        }
    }
}
