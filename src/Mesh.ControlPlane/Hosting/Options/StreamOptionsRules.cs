namespace Mesh.ControlPlane.Hosting.Options;

/// <summary>The rules of how long streams last.</summary>
internal static class StreamOptionsRules
{
    private static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SharedDrain = TimeSpan.FromSeconds(5);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        if (options.MaxStreamAge != Timeout.InfiniteTimeSpan && (options.MaxStreamAge < ShortestAge || options.MaxStreamAge > LongestAge))
        {
            errors.Add($"{Key(nameof(options.MaxStreamAge))}: expected a time from {ShortestAge} to {LongestAge}, or {Timeout.InfiniteTimeSpan} for no limit, got {options.MaxStreamAge}.");
        }

        if (options.DrainTime is { } drain && (drain < TimeSpan.Zero || drain > LongestDrain))
        {
            errors.Add($"{Key(nameof(options.DrainTime))}: expected a time from 0 to {LongestDrain}, got {drain}.");
        }
    }

    /// <summary>As set, or as fits the store: a store that others serve too means that there is somebody to go to.</summary>
    public static TimeSpan DrainTimeOf(MeshControlPlaneOptions options) =>
        options.DrainTime ?? (options.Store is ControlPlaneStore.Postgres or ControlPlaneStore.Kubernetes ? SharedDrain : TimeSpan.Zero);

    private static string Key(string option) => $"{MeshControlPlaneOptions.SectionName}:{option}";
}
