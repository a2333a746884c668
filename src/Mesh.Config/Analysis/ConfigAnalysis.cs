using System.Collections.Immutable;

namespace Mesh.Config.Analysis;

/// <summary>Runs analyzers over a snapshot; the same snapshot always gives the same messages in the same order.</summary>
internal static class ConfigAnalysis
{
    /// <summary>The messages that are left once namespace and suppressions are applied: worst first, then by code, resource and text; none twice.</summary>
    public static ImmutableArray<AnalysisMessage> Run(AnalysisSnapshot snapshot, AnalysisOptions options, CancellationToken cancellationToken = default)
    {
        var context = new AnalysisContext(snapshot, options.Clock);
        foreach (var analyzer in options.Analyzers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            analyzer.Analyze(context);
        }

        var kept = context.Messages.Where(message => IsKept(message, options));
        return
        [
            .. kept
                .Select(message => (Message: message, Text: message.ToString()))
                .DistinctBy(entry => entry.Text, StringComparer.Ordinal)
                .OrderBy(entry => entry.Message.Resource.Cluster, StringComparer.Ordinal)
                .ThenByDescending(entry => entry.Message.Kind.Level)
                .ThenBy(entry => entry.Message.Kind.Code, StringComparer.Ordinal)
                .ThenBy(entry => Place(entry.Message.Resource), StringComparer.Ordinal)
                .ThenBy(entry => entry.Text, StringComparer.Ordinal)
                .Select(entry => entry.Message),
        ];
    }

    private static bool IsKept(AnalysisMessage message, AnalysisOptions options) =>
        (options.Namespace is not { } ns || message.Resource.Home.Length == 0 || message.Resource.Home == ns)
        && !Suppression.IsAnnotated(message)
        && !options.Suppressions.Any(suppression => suppression.Silences(message));

    private static string Place(AnalysisResource resource) => $"{resource.Kind.Kind}/{resource.Name}/{resource.Namespace}";
}
