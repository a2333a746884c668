using Mesh.Config.Istio.Telemetry;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Merges the <c>accessLogging</c> of Telemetry resources as istiod does: the providers of the narrowest resource that names any are left, each with what was said of it last.</summary>
internal static class AccessLogMerge
{
    /// <param name="applicable">What holds for the workload.</param>
    /// <param name="settings">For the providers, and <c>accessLogFile</c>.</param>
    public static Wire.AccessLogging Of(ApplicableTelemetries applicable, MeshSettings settings)
    {
        var levels = applicable.AccessLogging.ToArray();
        var result = new Wire.AccessLogging();
        result.Client.AddRange(Logs(levels, WorkloadMode.Client, settings));
        result.Server.AddRange(Logs(levels, WorkloadMode.Server, settings));
        return result;
    }

    private static IEnumerable<Wire.AccessLog> Logs(IReadOnlyList<AccessLogging>[] levels, WorkloadMode mode, MeshSettings settings) =>
        Merge(levels, mode, settings.AccessLogProviders).Select(entry => AccessLogProviders.Of(entry.Key, entry.Value, settings)).OfType<Wire.AccessLog>();

    /// <summary>Filters by provider; empty for every request.</summary>
    private static SortedDictionary<string, string> Merge(IReadOnlyList<AccessLogging>[] levels, WorkloadMode mode, IReadOnlyList<string> defaults)
    {
        var logs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (levels.Length == 0)
        {
            foreach (var provider in defaults)
            {
                logs[provider] = "";
            }

            return logs;
        }

        var inScope = InScope(levels, mode, defaults);
        var parents = defaults;
        foreach (var logging in levels.SelectMany(level => level))
        {
            parents = NamesOf(logging, parents);
            foreach (var provider in Matches(logging, mode) ? parents.Where(inScope.Contains) : [])
            {
                if (logging.Disabled == true)
                {
                    logs.Remove(provider);
                }
                else
                {
                    logs[provider] = logging.Filter?.Expression ?? "";
                }
            }
        }

        return logs;
    }

    /// <summary>What the narrowest level with entries for this direction means.</summary>
    private static IReadOnlyList<string> InScope(IReadOnlyList<AccessLogging>[] levels, WorkloadMode mode, IReadOnlyList<string> defaults)
    {
        var names = defaults;
        foreach (var level in levels)
        {
            var found = level.Where(logging => Matches(logging, mode)).SelectMany(logging => NamesOf(logging, names)).Distinct(StringComparer.Ordinal).ToArray();
            names = found.Length > 0 ? found : names;
        }

        return names;
    }

    private static IReadOnlyList<string> NamesOf(AccessLogging logging, IReadOnlyList<string> parents) =>
        logging.Providers.Count > 0 ? [.. logging.Providers.Select(provider => provider.Name)] : parents;

    private static bool Matches(AccessLogging logging, WorkloadMode mode) =>
        logging.Match is null || logging.Match.Mode == WorkloadMode.ClientAndServer || logging.Match.Mode == mode;
}
