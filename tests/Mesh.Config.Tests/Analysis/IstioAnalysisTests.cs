using System.Text.Json;
using Mesh.Config.Analysis;
using Mesh.Testing;

namespace Mesh.Config.Tests.Analysis;

/// <summary>Istio's own cases: each names its files, one analyzer and every message that is to come of them.</summary>
public sealed class IstioAnalysisTests
{
    private const string Folder = "istio-analysis";

    [Fact]
    public void Run_EveryCaseOfIstio_GivesItsMessages()
    {
        var cases = JsonDocument.Parse(File.ReadAllText(Repository.RequireSharedData(Folder, "expectations.json"))).RootElement.GetProperty("cases");

        var failures = cases.EnumerateArray().Select(Differences).Where(difference => difference.Length > 0).ToArray();

        Assert.True(failures.Length == 0, $"{failures.Length} of {cases.GetArrayLength()} cases differ:\n{string.Join("\n\n", failures)}");
    }

    private static string Differences(JsonElement testCase)
    {
        var analyzer = AnalyzerCatalog.Find(testCase.GetProperty("analyzer").GetString()!);
        if (analyzer is null)
        {
            return $"{testCase.GetProperty("name")}: there is no analyzer {testCase.GetProperty("analyzer")}";
        }

        var reader = new AnalysisReader();
        foreach (var file in testCase.GetProperty("inputFiles").EnumerateArray().Select(file => file.GetString()!))
        {
            reader.AddText(Text(file), file);
        }

        if (testCase.GetProperty("meshConfigFile").GetString() is { Length: > 0 } config)
        {
            reader.UseConfig(Text(config));
        }

        if (testCase.GetProperty("meshNetworksFile").GetString() is { Length: > 0 } networks)
        {
            reader.UseNetworks(Text(networks));
        }

        var found = ConfigAnalysis.Run(reader.ToSnapshot(addsIngress: true), new AnalysisOptions { Analyzers = [analyzer] });
        var actual = found.Select(message => $"{message.Kind.Code} {message.Kind.Name} {message.Kind.Level} {message.Origin}").Order(StringComparer.Ordinal).ToList();
        var expected = testCase.GetProperty("expected").EnumerateArray()
            .Select(message => $"{message.GetProperty("code")} {message.GetProperty("name")} {message.GetProperty("level")} {message.GetProperty("resource")}")
            .Order(StringComparer.Ordinal).ToList();
        return actual.SequenceEqual(expected, StringComparer.Ordinal)
            ? ""
            : $"{testCase.GetProperty("name")} ({analyzer.Name})\n  expected: {string.Join("; ", expected)}\n  found: {string.Join("\n   ", found)}\n  unreadable: {string.Join("; ", reader.Unreadable)}";
    }

    private static string Text(string file) => File.ReadAllText(Repository.RequireSharedData(Folder, file));
}
