using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl audit</c>: who did what, and whether the record of it is whole.</summary>
internal static class AuditCommand
{
    private const string Path = "/api/v1/audit";
    private const int PageLength = 1_000;
    private const int DefaultLimit = 100;

    private static readonly JsonSerializerOptions Line = new() { WriteIndented = false };

    public static Command Create(CommandRunner run) =>
        new("audit", "Who did what: every change, every refused attempt, every use of an identity token.") { List(run), Verify(run), Export(run) };

    private static Command List(CommandRunner run)
    {
        var ns = CommonOptions.Namespace("Only what concerns this namespace.");
        var filters = new[]
        {
            Filter("--actor", "NAME", "Only of this caller."),
            Filter("--action", "ACTION", "Only write, denied, tokenUsed or suppressed."),
            Filter("--target", "TEXT", "Only where the path or token has this text in it."),
            Filter("--since", "TIME", "Only from this time on, such as 2026-01-31T12:00:00Z."),
            Filter("--until", "TIME", "Only before this time."),
            Filter("--limit", "NUMBER", "At most so many. Default: 100. Range: 1 to 1000."),
        };
        var replicas = new AuditReplicas();
        return run.Asking("list", "The newest entries first.", [ns, .. filters, replicas.Option], async (call, cancellationToken) =>
        {
            var query = filters.Append(ns)
                .Select(option => (Name: option.Name.TrimStart('-'), Value: call.Arguments.GetValue(option)))
                .Where(pair => pair.Value is not null)
                .Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}");
            var path = $"{Path}?{string.Join('&', query)}";
            var found = await replicas.AskAsync(call, async api => ItemsOf(await api.GetAsync(path, cancellationToken)), cancellationToken);
            var limit = int.TryParse(call.Arguments.GetValue(filters[^1]), CultureInfo.InvariantCulture, out var number) ? number : DefaultLimit;
            var shown = replicas.AreSeveral(call) ? found.OrderByDescending(entry => JsonText.Of(entry, "at"), StringComparer.Ordinal).Take(limit) : found;
            call.Printer.List(
                new JsonObject { ["apiVersion"] = "mesh.dev/v1", ["kind"] = "AuditEntryList", ["items"] = new JsonArray([.. shown]) },
                replicas.AreSeveral(call) ? [Column.Of("replica", "replica"), .. Columns] : Columns,
                entry => JsonText.Of(entry, "sequence"));
            return ExitCode.Fine;
        });
    }

    private static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("number", "sequence"),
        Column.Of("time", "at"),
        Column.Of("action", "action"),
        Column.Of("actor", "actor"),
        Column.Of("operation", "operation"),
        Column.Of("target", "target"),
        Column.Of("code", "code"),
        Column.Of("reason", "reason"),
    ];

    private static Command Verify(CommandRunner run)
    {
        var head = new Option<string?>("--head")
        {
            Description = "The number and hash that an earlier verification printed: shows that nothing up to there was rewritten since.",
            HelpName = "NUMBER:HASH",
        };
        var replicas = new AuditReplicas();
        return run.Asking("verify", "Checks that no entry was changed, removed or put in; exit code 1 when one was.", [head, replicas.Option], async (call, cancellationToken) =>
        {
            if (replicas.AreSeveral(call))
            {
                return await VerifyAllAsync(call, replicas, call.Arguments.GetValue(head), cancellationToken);
            }

            var verdict = await call.Api.GetAsync($"{Path}/verification", cancellationToken);
            if (verdict["intact"]?.GetValue<bool>() == true && call.Arguments.GetValue(head) is { } noted && await CompareAsync(call, noted, cancellationToken) is { } problem)
            {
                verdict["intact"] = false;
                verdict["problem"] = problem;
            }

            call.Printer.One(
                verdict,
                [Column.Of("intact", "intact"), Column.Of("problem", "problem"), Column.Of("entries", "entries"), Column.Of("first", "first"), new Column("head", Head)],
                Head);
            return verdict["intact"]!.GetValue<bool>() ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    private static async Task<int> VerifyAllAsync(Call call, AuditReplicas replicas, string? head, CancellationToken cancellationToken)
    {
        if (head is not null)
        {
            throw new CommandException("--head is of one record: give it without --replica, to each control plane by itself.", ExitCode.Usage);
        }

        var verdicts = await replicas.AskAsync(call, async api => [await api.GetAsync($"{Path}/verification", cancellationToken)], cancellationToken);
        call.Printer.List(
            new JsonObject { ["apiVersion"] = "mesh.dev/v1", ["kind"] = "AuditVerdictList", ["items"] = new JsonArray([.. verdicts]) },
            [Column.Of("replica", "replica"), Column.Of("intact", "intact"), Column.Of("problem", "problem"), Column.Of("entries", "entries"), Column.Of("first", "first"), new Column("head", Head)],
            Head);
        return verdicts.All(verdict => verdict["intact"]?.GetValue<bool>() == true) ? ExitCode.Fine : ExitCode.Failure;
    }

    private static Command Export(CommandRunner run)
    {
        var replicas = new AuditReplicas();
        return run.Asking("export", "Every entry that is kept, one JSON object a line, newest first; of several control planes one after the other.", [replicas.Option], async (call, cancellationToken) =>
        {
            foreach (var entry in await replicas.AskAsync(call, api => AllOfAsync(api, cancellationToken), cancellationToken))
            {
                await call.Terminal.Out.WriteLineAsync(entry.ToJsonString(Line));
            }

            return ExitCode.Fine;
        });
    }

    private static async Task<IReadOnlyList<JsonObject>> AllOfAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        for (var before = ""; ;)
        {
            var page = ItemsOf(await api.GetAsync($"{Path}?limit={PageLength.ToString(CultureInfo.InvariantCulture)}{before}", cancellationToken));
            all.AddRange(page);
            if (page.Count < PageLength)
            {
                return all;
            }

            before = $"&before={JsonText.Of(page[^1], "sequence")}";
        }
    }

    /// <summary>Detached, so that they can go into another list.</summary>
    private static IReadOnlyList<JsonObject> ItemsOf(JsonObject list) => [.. list["items"]!.AsArray().OfType<JsonObject>().Select(item => item.DeepClone().AsObject())];

    private static async Task<string?> CompareAsync(Call call, string noted, CancellationToken cancellationToken)
    {
        if (noted.Split(':') is not [var number, { Length: 64 } hash] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) || sequence == 0)
        {
            throw new CommandException($"--head: expected NUMBER:HASH as 'meshctl audit verify' prints it, got '{noted}'.", ExitCode.Usage);
        }

        var found = await call.Api.GetAsync($"{Path}?limit=1&before={(sequence + 1).ToString(CultureInfo.InvariantCulture)}", cancellationToken);
        var entry = found["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault();
        return entry is null || JsonText.Of(entry, "sequence") != number ? $"entry {number} is not there any more"
            : JsonText.Of(entry, "hash") != hash ? $"entry {number} is another one than it was: the log was rewritten"
            : null;
    }

    private static string Head(JsonObject verdict) => $"{JsonText.Of(verdict, "last")}:{JsonText.Of(verdict, "head")}";

    private static Option<string?> Filter(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
