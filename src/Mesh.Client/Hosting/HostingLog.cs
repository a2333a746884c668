using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting;

/// <summary>Log messages of the mesh's life inside the application.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(9000, LogLevel.Information, "The process stops: callers are told, and its listeners close in {Delay}.", EventName = "Draining")]
    public static partial void Draining(ILogger logger, TimeSpan delay);

    [LoggerMessage(9001, LogLevel.Error, "Snapshot {Generation} cannot be put in force; requests keep the configuration before it.", EventName = "SnapshotRejected")]
    public static partial void SnapshotRejected(ILogger logger, long generation, Exception exception);

    [LoggerMessage(9002, LogLevel.Warning, "The probe of the WorkloadGroup fails, and the process takes no requests until it passes: {Reason}", EventName = "ReadinessFailed")]
    public static partial void ReadinessFailed(ILogger logger, string reason);

    [LoggerMessage(9003, LogLevel.Information, "The probe of the WorkloadGroup passes: the process takes requests.", EventName = "ReadinessPassed")]
    public static partial void ReadinessPassed(ILogger logger);

    [LoggerMessage(9004, LogLevel.Warning, "The probe of the WorkloadGroup is not run, and the process counts as ready while it says so itself: {Reason}", EventName = "ReadinessProbeRefused")]
    public static partial void ReadinessProbeRefused(ILogger logger, string reason);
}
