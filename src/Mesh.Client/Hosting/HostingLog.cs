using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting;

/// <summary>Log messages of the mesh's life inside the application.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(9000, LogLevel.Information, "The process stops: callers are told, and its listeners close in {Delay}.", EventName = "Draining")]
    public static partial void Draining(ILogger logger, TimeSpan delay);

    [LoggerMessage(9001, LogLevel.Error, "Snapshot {Generation} cannot be put in force; requests keep the configuration before it.", EventName = "SnapshotRejected")]
    public static partial void SnapshotRejected(ILogger logger, long generation, Exception exception);
}
