using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl get -w</c>: objects as they are, and then every change to them until somebody has seen enough.</summary>
internal sealed class GetWatch(Call call, ObjectApi api, ServedKind kind, string? ns, string query, WatchedTable table, GetWatchOptions options)
{
    private const string Gone = "410";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly bool _isTable = call.Printer.IsForPeople;

    public async Task<int> RunAsync(bool tellsPresent, CancellationToken cancellationToken)
    {
        try
        {
            string? version = null;
            while (true)
            {
                version ??= await ListAsync(tellsPresent, cancellationToken);
                version = await FollowAsync(version, cancellationToken);

                // What was missed is only known by what is there now.
                tellsPresent |= version is null;
                await Task.Delay(Pause, call.Terminal.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupting is how one ends it.
            return ExitCode.Fine;
        }
    }

    private async Task<string> ListAsync(bool isTold, CancellationToken cancellationToken)
    {
        var list = (await api.GetAsync(kind, ns, null, query, cancellationToken, _isTable)).Require();
        if (isTold && _isTable)
        {
            table.Write("ADDED", list);
        }
        else if (isTold)
        {
            foreach (var item in ObjectItems.Of(kind, list))
            {
                Write("ADDED", item);
            }
        }

        return JsonText.Of(list, "metadata.resourceVersion");
    }

    /// <returns>The version to go on from; null when the server no longer knows what came after it.</returns>
    private async Task<string?> FollowAsync(string from, CancellationToken cancellationToken)
    {
        var version = from;
        await foreach (var change in api.WatchAsync(kind, ns, query, version, _isTable, cancellationToken))
        {
            var (happened, shown) = (JsonText.Of(change, "type"), change["object"] as JsonObject ?? []);
            if (happened == "ERROR")
            {
                return JsonText.Of(shown, "code") == Gone ? null : throw new CommandException(JsonText.Of(shown, "message"));
            }

            version = VersionOf(shown) is { Length: > 0 } newer ? newer : version;
            if (happened == "BOOKMARK")
            {
                continue;
            }

            if (_isTable)
            {
                table.Write(happened, shown);
            }
            else
            {
                Write(happened, ObjectItems.Whole(kind, shown));
            }
        }

        return version;
    }

    private string VersionOf(JsonObject shown) =>
        _isTable && (shown["rows"] as JsonArray)?.FirstOrDefault() is { } row ? JsonText.Of(row, "object.metadata.resourceVersion") : JsonText.Of(shown, "metadata.resourceVersion");

    private void Write(string happened, JsonObject item)
    {
        if (call.Printer.Format == OutputFormat.Name)
        {
            call.Terminal.Out.WriteLine(ObjectItems.NameOf(item));
        }
        else if (call.Printer.Format == OutputFormat.Yaml)
        {
            call.Terminal.Out.WriteLine("---");
            call.Printer.Whole(Wrapped(happened, item));
        }
        else
        {
            call.Printer.Whole(Wrapped(happened, item));
        }

        call.Terminal.Out.Flush();
    }

    private JsonObject Wrapped(string happened, JsonObject item) => options.ShowsEvents ? new JsonObject { ["type"] = happened, ["object"] = item } : item;
}
