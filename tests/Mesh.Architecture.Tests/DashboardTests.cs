using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mesh.Architecture.Tests;

/// <summary>The dashboards ask for metrics that exist: a renamed one shows an empty panel, which nobody notices.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Endings = ["", "_total", "_seconds", "_bytes"];
    private static readonly string[] Parts = ["", "_bucket", "_sum", "_count"];

    [Fact]
    public void Expressions_OfEveryDashboard_AskForMetricsThatExist()
    {
        var known = (
            from file in SourceTree.Files
            from Match literal in NameLiteral().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, file.RelativePath)))
            let name = literal.Groups[1].Value.Replace('.', '_')
            from ending in Endings
            from part in Parts
            select name + ending + part).ToHashSet(StringComparer.Ordinal);

        var unknown =
            from path in Dashboards()
            from expression in Expressions(JsonDocument.Parse(File.ReadAllText(path)).RootElement)
            from Match metric in Metric().Matches(expression)
            where !known.Contains(metric.Value)
            select $"{Path.GetFileName(path)}: {metric.Value}";

        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Dashboards_OfTheRepository_HavePanelsWithExpressions() =>
        Assert.All(Dashboards(), path => Assert.True(Expressions(JsonDocument.Parse(File.ReadAllText(path)).RootElement).Count() >= 8, path));

    private static string[] Dashboards()
    {
        var files = Directory.GetFiles(Path.Combine(SourceTree.Root, "..", "dashboards", "grafana"), "*.json");
        Assert.True(files.Length >= 4);
        return files;
    }

    private static IEnumerable<string> Expressions(JsonElement dashboard) =>
        from panel in dashboard.GetProperty("panels").EnumerateArray()
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString()!;

    [GeneratedRegex("\"((?:pilot_|citadel_|istio_|mesh\\.|grpc\\.)[a-z0-9_.]+)\"")]
    private static partial Regex NameLiteral();

    [GeneratedRegex("\\b(?:(?:pilot|citadel|istio|mesh)_|grpc_(?:client|server|xds_client)_)[a-z0-9_]+")]
    private static partial Regex Metric();
}
