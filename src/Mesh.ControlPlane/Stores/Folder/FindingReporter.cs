using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Writes what was found in files to the log, each thing once until it changes.</summary>
internal sealed class FindingReporter(ILogger logger)
{
    private const int ShownErrors = 20;
    private const int ShownFiles = 10;

    private HashSet<ResourceFinding> _warned = [];

    public void Report(IReadOnlyList<ConfigFileChange> changes, FolderStatus status)
    {
        foreach (var (before, after) in changes)
        {
            if (after is { Accepted: false })
            {
                ReportRejected(before, after, status.Folder);
            }
            else if (after is not null)
            {
                ReportAccepted(before, after);
            }
        }

        ReportWarnings(status);
    }

    /// <summary>The names of changed files, for a log line.</summary>
    public static string Name(IReadOnlyList<ConfigFileChange> changes)
    {
        var names = changes.Take(ShownFiles).Select(change => change.After?.Path ?? $"{change.Before?.Path} (gone)");
        var rest = changes.Count > ShownFiles ? $" and {changes.Count - ShownFiles} more" : "";
        return string.Join(", ", names) + rest;
    }

    private void ReportRejected(ConfigFile? before, ConfigFile after, string folder)
    {
        if (before is { Accepted: false } && before.Findings.SequenceEqual(after.Findings))
        {
            return;
        }

        var errors = after.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToArray();
        var text = string.Join(Environment.NewLine, errors.Take(ShownErrors).Select(error => $"  {error}"));
        var rest = errors.Length > ShownErrors ? $"{Environment.NewLine}  and {errors.Length - ShownErrors} more" : "";
        var fallback = after.Resources.IsEmpty ? "none of it is used" : $"its last good version ({after.Resources.Length} resources) stays in use";
        FolderConfigStoreLog.ConfigFileRejected(logger, Path.Combine(folder, after.Path), fallback, Environment.NewLine + text + rest);
    }

    private void ReportAccepted(ConfigFile? before, ConfigFile after)
    {
        if (before is { Accepted: false })
        {
            FolderConfigStoreLog.ConfigFileHealed(logger, after.Path);
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            var ignored = string.Join(", ", after.Findings.Where(finding => finding.Severity == FindingSeverity.Information).Select(finding => finding.Subject));
            if (ignored.Length > 0)
            {
                FolderConfigStoreLog.ConfigIgnored(logger, after.Path, ignored);
            }
        }
    }

    private void ReportWarnings(FolderStatus status)
    {
        // Without the place: a warning whose line moved is not news.
        var current = status.Findings.Where(finding => finding.Severity == FindingSeverity.Warning).ToArray();
        foreach (var warning in current.Where(warning => !_warned.Contains(warning with { Origin = null })))
        {
            FolderConfigStoreLog.ConfigWarning(logger, warning);
        }

        _warned = [.. current.Select(warning => warning with { Origin = null })];
    }
}
