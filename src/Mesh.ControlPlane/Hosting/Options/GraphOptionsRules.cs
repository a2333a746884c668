namespace Mesh.ControlPlane.Hosting.Options;

/// <summary>What the settings of load reports and of the service graph may be.</summary>
internal static class GraphOptionsRules
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestHistory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestHistory = TimeSpan.FromHours(24);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        if (options.LoadReportInterval != TimeSpan.Zero && (options.LoadReportInterval < ShortestInterval || options.LoadReportInterval > LongestInterval))
        {
            errors.Add($"{MeshControlPlaneOptions.SectionName}:{nameof(options.LoadReportInterval)}: expected 0 (off) or a time from {ShortestInterval} to {LongestInterval}, got {options.LoadReportInterval}.");
        }

        if (options.GraphHistory < ShortestHistory || options.GraphHistory > LongestHistory)
        {
            errors.Add($"{MeshControlPlaneOptions.SectionName}:{nameof(options.GraphHistory)}: expected a time from {ShortestHistory} to {LongestHistory}, got {options.GraphHistory}.");
        }
    }
}
