using Mesh.Config.Analysis;

namespace Mesh.Config.Tests.Analysis;

/// <summary>Runs one analyzer over a text.</summary>
internal static class Analyzed
{
    public const string File = "a.yaml";

    /// <summary>The messages as istioctl prints them.</summary>
    public static string[] Lines(string analyzer, string yaml, string config = "", string networks = "") =>
        [.. Messages(analyzer, yaml, config, networks).Select(message => message.ToString())];

    public static IReadOnlyList<AnalysisMessage> Messages(string analyzer, string yaml, string config = "", string networks = "")
    {
        var reader = new AnalysisReader();
        reader.AddText(yaml, File);
        reader.UseConfig(config);
        reader.UseNetworks(networks);
        Assert.Empty(reader.Unreadable);
        var known = AnalyzerCatalog.Find(analyzer);
        Assert.True(known is not null, $"There is no analyzer {analyzer}.");
        return ConfigAnalysis.Run(reader.ToSnapshot(addsIngress: true), new AnalysisOptions { Analyzers = [known] });
    }
}
