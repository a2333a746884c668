using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary><c>meshctl stat</c>: how services, versions or workloads do: success, rate and latency of what they are asked.</summary>
internal static class StatCommand
{
    private static readonly Column[] Columns = [Column.Of("namespace", "namespace"), Column.Of("service", "service"), Column.Of("version", "version"), Column.Of("workload", "workload"), .. TrafficColumns.All("traffic")];

    public static Command Create(CommandRunner run)
    {
        var query = new TrafficQuery();
        var loop = new WatchLoop();
        var name = new Argument<string?>("name") { Description = "A service, svc/NAME, deploy/NAME or a workload, also as NAME.NAMESPACE. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from") { Description = "Only what this one asks of them.", HelpName = "NAME" };
        var to = new Option<string?>("--to") { Description = "What they ask of this one, instead of what they are asked.", HelpName = "NAME" };
        return run.Asking(
            "stat",
            "How services do: success rate, requests per second and latencies of what they are asked; as linkerd's stat.",
            [name, from, to, .. query.Options, loop.Option],
            (call, cancellationToken) => loop.RunAsync(
                call,
                always: false,
                async () =>
                {
                    var asked = new AskedTraffic(call.Arguments.GetValue(name), call.Arguments.GetValue(from), call.Arguments.GetValue(to));
                    Write(call, await query.GetAsync(call, cancellationToken), asked);
                },
                cancellationToken));
    }

    private static void Write(Call call, JsonObject graph, AskedTraffic asked)
    {
        var rows = asked.RowsOf(graph);
        var list = new JsonObject
        {
            ["apiVersion"] = graph["apiVersion"]?.DeepClone(),
            ["kind"] = "StatList",
            ["from"] = graph["from"]?.DeepClone(),
            ["to"] = graph["to"]?.DeepClone(),
            ["items"] = new JsonArray([.. rows]),
        };
        var columns = Columns.Where(column => column.Title is not ("version" or "workload") || rows.Any(row => JsonText.Of(row, column.Title).Length > 0)).ToArray();
        call.Printer.List(list, columns, row => JsonText.Of(row, "id"));
    }
}
