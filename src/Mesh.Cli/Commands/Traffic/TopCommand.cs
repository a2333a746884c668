using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary><c>meshctl top</c>: the busiest edges, live.</summary>
internal static class TopCommand
{
    private const int DefaultCount = 20;

    private static readonly Column[] Columns = [Column.Of("from", "source"), Column.Of("to", "destination"), .. TrafficColumns.All()];

    public static Command Create(CommandRunner run)
    {
        var query = new TrafficQuery();
        var loop = new WatchLoop();
        var count = new Option<int>("--max") { Description = $"How many. Default: {DefaultCount}.", HelpName = "NUMBER", DefaultValueFactory = _ => DefaultCount };
        var once = new Option<bool>("--once") { Description = "Show it once. Default in pipes; a terminal is shown it again every two seconds." };
        var sort = new Option<string>("--sort") { Description = "By rps, errors, p99 or retries. Default: rps.", HelpName = "BY", DefaultValueFactory = _ => "rps" };
        sort.AcceptOnlyFromAmong("rps", "errors", "p99", "retries");
        return run.Asking(
            "top",
            "The busiest edges: who asks most of whom, with success and latency.",
            [.. query.Options, count, sort, once, loop.Option],
            (call, cancellationToken) => loop.RunAsync(
                call,
                always: call.Terminal.IsColored && call.Printer.IsForPeople && !call.Arguments.GetValue(once),
                async () =>
                {
                    var graph = await query.GetAsync(call, cancellationToken);
                    var edges = graph["edges"]!.AsArray().OfType<JsonObject>().OrderByDescending(Key(call.Arguments.GetValue(sort)!)).Take(Math.Max(1, call.Arguments.GetValue(count)));
                    var list = new JsonObject { ["apiVersion"] = graph["apiVersion"]?.DeepClone(), ["kind"] = "EdgeList", ["items"] = new JsonArray([.. edges.Select(edge => edge.DeepClone())]) };
                    call.Printer.List(list, Columns, edge => $"{JsonText.Of(edge, "source")}->{JsonText.Of(edge, "destination")}");
                },
                cancellationToken));
    }

    private static Func<JsonObject, double> Key(string sort) => sort switch
    {
        "errors" => edge => (double?)edge["errors"] ?? 0,
        "p99" => edge => (double?)edge["latency"]?["p99"] ?? 0,
        "retries" => edge => (double?)edge["retries"] ?? 0,
        _ => edge => (double?)edge["requestsPerSecond"] ?? 0,
    };
}
