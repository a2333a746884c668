using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Commands.Clients.Resources;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl proxy-config</c>: the resources that a client is sent, in istioctl's tables or as they are.</summary>
internal static class ProxyConfigCommand
{
    public static Command Create(CommandRunner run)
    {
        var command = new Command("proxy-config", "What a client is sent: its listeners, routes, clusters, endpoints and secrets.");
        foreach (var view in ResourceViews.All)
        {
            command.Subcommands.Add(One(run, view));
        }

        command.Subcommands.Add(All(run));
        return command;
    }

    private static Command One(CommandRunner run, ResourceView view)
    {
        var target = new ProxyTarget(run);
        var filters = new ResourceFilters(view, target.Address);
        var command = run.Asking(view.Name, $"The {view.Plural} of a client.", [.. target.Symbols, .. filters.Options], async (call, cancellationToken) =>
        {
            var resources = await target.OpenAsync(call, cancellationToken);
            var rows = await RowsAsync(call, resources, view, filters, cancellationToken);
            if (call.Printer.IsForPeople)
            {
                call.Printer.List(new JsonObject { ["items"] = new JsonArray([.. rows.Select(row => row.DeepClone())]) }, view.Columns, row => JsonText.Of(row, "name"));
            }
            else if (call.Printer.Format == OutputFormat.Name)
            {
                foreach (var name in rows.Select(row => JsonText.Of(row, "name")).Distinct(StringComparer.Ordinal))
                {
                    await call.Terminal.Out.WriteLineAsync(Terminal.Safe(name));
                }
            }
            else
            {
                call.Printer.Whole(Whole(rows));
            }

            return ExitCode.Fine;
        });
        foreach (var alias in view.Aliases)
        {
            command.Aliases.Add(alias);
        }

        return command;
    }

    private static Command All(CommandRunner run)
    {
        var target = new ProxyTarget(run);
        return run.Asking("all", "Everything that a client is sent.", target.Symbols, async (call, cancellationToken) =>
        {
            var resources = await target.OpenAsync(call, cancellationToken);
            var whole = new JsonObject();
            foreach (var view in ResourceViews.All)
            {
                var rows = await RowsAsync(call, resources, view, filters: null, cancellationToken);
                if (!call.Printer.IsForPeople)
                {
                    whole[view.Plural] = Whole(rows);
                    continue;
                }

                await call.Terminal.Out.WriteLineAsync($"{view.Plural.ToUpperInvariant()} ({rows.Count})");
                if (rows.Count > 0)
                {
                    call.Printer.Rows(rows, view.Columns);
                }

                await call.Terminal.Out.WriteLineAsync();
            }

            if (!call.Printer.IsForPeople)
            {
                call.Printer.Whole(whole);
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>A resource may make several rows; each carries it.</summary>
    private static async Task<IReadOnlyList<JsonObject>> RowsAsync(Call call, IProxyResources resources, ResourceView view, ResourceFilters? filters, CancellationToken cancellationToken)
    {
        var rows = new List<JsonObject>();
        foreach (var type in view.Types)
        {
            foreach (var item in (await resources.GetAsync(type, cancellationToken)).Where(item => item["resource"] is JsonObject))
            {
                var resource = item["resource"]!.AsObject();
                foreach (var row in view.Rows(JsonText.Of(item, "name"), resource).Where(row => filters is null || filters.Hold(call.Arguments, row)))
                {
                    row["resource"] = resource.DeepClone();
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    /// <summary>Each resource once.</summary>
    private static JsonArray Whole(IEnumerable<JsonObject> rows) =>
        [.. rows.Where(row => row["resource"] is not null).DistinctBy(row => JsonText.Of(row, "name"), StringComparer.Ordinal).Select(row => row["resource"]!.DeepClone())];
}
