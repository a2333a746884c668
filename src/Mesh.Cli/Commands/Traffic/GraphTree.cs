using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>Draws a graph as a tree: from those whom nobody calls, down to those who call nobody.</summary>
internal sealed class GraphTree
{
    private const int MaxLines = 2_000;

    private readonly Terminal _terminal;
    private readonly Dictionary<string, JsonObject> _nodes;
    private readonly ILookup<string, JsonObject> _calls;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private int _lines;

    private GraphTree(Terminal terminal, JsonObject graph)
    {
        _terminal = terminal;
        _nodes = graph["nodes"]!.AsArray().OfType<JsonObject>().ToDictionary(node => JsonText.Of(node, "id"), StringComparer.Ordinal);
        _calls = graph["edges"]!.AsArray().OfType<JsonObject>().ToLookup(edge => JsonText.Of(edge, "source"), StringComparer.Ordinal);
    }

    public static void Write(Terminal terminal, JsonObject graph)
    {
        var tree = new GraphTree(terminal, graph);
        foreach (var (id, node) in tree._nodes)
        {
            if (node["inbound"] is null)
            {
                tree.WriteRoot(id);
            }
        }

        // Those who only call each other have no end to begin at.
        foreach (var id in tree._nodes.Keys.Where(id => !tree._shown.Contains(id)).ToArray())
        {
            if (!tree._shown.Contains(id))
            {
                tree.WriteRoot(id);
            }
        }
    }

    private void WriteRoot(string id)
    {
        WriteLine($"{TrafficNames.Label(_nodes[id])} ({JsonText.Of(_nodes[id], "namespace")})", Tone.Plain, "");
        _shown.Add(id);
        WriteCalls(id, "", [id]);
    }

    private void WriteCalls(string source, string indent, HashSet<string> path)
    {
        var edges = _calls[source].ToArray();
        for (var index = 0; index < edges.Length; index++)
        {
            var isLast = index == edges.Length - 1;
            var id = JsonText.Of(edges[index], "destination");
            WriteLine($"{indent}{(isLast ? "└─ " : "├─ ")}{TrafficNames.Label(_nodes[id])}  ", ToneOf(edges[index]), Describe(edges[index]));
            _shown.Add(id);

            // A circle is shown once around.
            if (path.Add(id))
            {
                WriteCalls(id, indent + (isLast ? "   " : "│  "), path);
                path.Remove(id);
            }
        }
    }

    private void WriteLine(string name, Tone tone, string figures)
    {
        if (++_lines <= MaxLines)
        {
            _terminal.Out.WriteLine((Terminal.Safe(name) + _terminal.Paint(figures, tone)).TrimEnd());
        }
        else if (_lines == MaxLines + 1)
        {
            _terminal.Error.WriteLine($"There is more than {MaxLines} lines can show: use -n, --by service, or -o wide.");
        }
    }

    private static string Describe(JsonObject edge)
    {
        var parts = new List<string> { $"{TrafficColumns.Number(edge["requestsPerSecond"], "0.0")} rps", TrafficColumns.Success(edge) };
        if (edge["latency"] is not null)
        {
            parts.Add($"p50 {TrafficColumns.Milliseconds(edge, "p50")}, p99 {TrafficColumns.Milliseconds(edge, "p99")}");
        }

        if (edge["mutualTls"] is { } share)
        {
            parts.Add((double)share >= 1 ? "mTLS" : (double)share <= 0 ? "plaintext" : $"mTLS {TrafficColumns.Percent(share, "0")}");
        }

        if (edge["retriesPerSecond"] is { } retries && (double)retries > 0)
        {
            parts.Add($"{TrafficColumns.Number(retries, "0.0##")} retries/s");
        }

        return string.Join("  ", parts);
    }

    private static Tone ToneOf(JsonObject edge) => (double?)edge["errorRate"] switch
    {
        > 0.05 => Tone.Bad,
        > 0.01 => Tone.Caution,
        _ => Tone.Plain,
    };
}
