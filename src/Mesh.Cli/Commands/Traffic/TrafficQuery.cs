using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>The options by which commands choose a part of the service graph, and the graph that is left.</summary>
internal sealed class TrafficQuery
{
    private static readonly string[] Levels = ["service", "version", "workload"];

    private readonly Option<string?> _namespace = CommonOptions.Namespace("Only traffic from or to this namespace. Default: all.");
    private readonly Option<bool> _all = CommonOptions.AllNamespaces("Traffic of all namespaces, which is the default.");
    private readonly Option<string?> _window = CommonOptions.Time("--window", "How long the time is that is looked at: a number and s, m or h. Default: 1m.");

    private readonly Option<string?> _at = new("--at")
    {
        Description = "The end of that time, such as 2026-01-31T12:00:00Z. Default: the newest that all clients have reported of.",
        HelpName = "TIME",
    };

    private readonly Option<string> _by = new("--by")
    {
        Description = "What is told apart: service, version or workload (every process). Default: version.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "version",
    };

    public TrafficQuery() => _by.AcceptOnlyFromAmong(Levels);

    public IEnumerable<Symbol> Options => [_namespace, _all, _window, _at, _by];

    public Task<JsonObject> GetAsync(Call call, CancellationToken cancellationToken)
    {
        var query = $"/api/v1/graph?level={call.Arguments.GetValue(_by)}";
        if (call.Arguments.GetValue(_window) is { } window)
        {
            query += string.Create(CultureInfo.InvariantCulture, $"&window={Math.Ceiling(LifetimeText.TryParse(window)!.Value.TotalSeconds)}s");
        }

        if (call.Arguments.GetValue(_at) is { } at)
        {
            query += $"&at={Uri.EscapeDataString(at)}";
        }

        if (!call.Arguments.GetValue(_all) && call.Arguments.GetValue(_namespace) is { } ns)
        {
            query += $"&namespace={Uri.EscapeDataString(ns)}";
        }

        return call.Api.GetAsync(query, cancellationToken);
    }
}
