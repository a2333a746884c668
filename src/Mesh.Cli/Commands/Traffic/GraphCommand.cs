using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary><c>meshctl graph</c>: who calls whom, as a tree, a table, or a drawing for other programs.</summary>
internal static class GraphCommand
{
    private static readonly Column[] Columns =
    [
        new("from", edge => JsonText.Of(edge, "source")),
        new("to", edge => JsonText.Of(edge, "destination")),
        .. TrafficColumns.All(),
    ];

    public static Command Create(CommandRunner run)
    {
        var query = new TrafficQuery();
        var loop = new WatchLoop();
        return run.Asking(
            "graph",
            "Who calls whom, how often, how fast and with how much success: a tree, a table (-o wide), or -o json, yaml, dot, mermaid.",
            [.. query.Options, loop.Option],
            (call, cancellationToken) => loop.RunAsync(call, always: false, async () => Write(call, await query.GetAsync(call, cancellationToken)), cancellationToken));
    }

    private static void Write(Call call, JsonObject graph)
    {
        var edges = graph["edges"]!.AsArray().OfType<JsonObject>().ToArray();
        switch (call.Printer.Format)
        {
            case OutputFormat.Dot:
                call.Terminal.Out.Write(GraphDrawing.Dot(graph));
                break;
            case OutputFormat.Mermaid:
                call.Terminal.Out.Write(GraphDrawing.Mermaid(graph));
                break;
            case OutputFormat.Name:
                Array.ForEach(edges, edge => call.Terminal.Out.WriteLine(Terminal.Safe($"{JsonText.Of(edge, "source")}->{JsonText.Of(edge, "destination")}")));
                break;
            case OutputFormat.Json or OutputFormat.Yaml:
                call.Printer.Whole(graph);
                break;
            default:
                WriteForPeople(call, graph, edges);
                break;
        }
    }

    private static void WriteForPeople(Call call, JsonObject graph, JsonObject[] edges)
    {
        if (edges.Length == 0)
        {
            call.Terminal.Error.WriteLine($"No client has reported a request in this time; {JsonText.Of(graph, "reporters")} clients report.");
        }
        else if (call.Printer.Format == OutputFormat.Wide)
        {
            call.Printer.Rows(edges, Columns);
        }
        else
        {
            GraphTree.Write(call.Terminal, graph);
        }
    }
}
