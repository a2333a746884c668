using Microsoft.Extensions.Logging;

namespace Mesh.Client.Fallback;

/// <summary>Log messages of the ways back.</summary>
internal static partial class FallbackLog
{
    [LoggerMessage(1500, LogLevel.Information, "{Count} resources of the snapshot {File}, confirmed at {ConfirmedAt:u}, are at hand until a control plane answers", EventName = "SnapshotRead")]
    public static partial void SnapshotRead(ILogger logger, int count, string file, DateTimeOffset confirmedAt);

    [LoggerMessage(1501, LogLevel.Warning, "The snapshot is not used: {Reasons}", EventName = "SnapshotIgnored")]
    public static partial void SnapshotIgnored(ILogger logger, string reasons);

    [LoggerMessage(1502, LogLevel.Warning, "The snapshot {File} cannot be written: {Reason}. The one before it stays; attempts go on, without a word", EventName = "SnapshotNotWritten")]
    public static partial void SnapshotNotWritten(ILogger logger, string file, string reason);

    [LoggerMessage(1503, LogLevel.Debug, "{Count} resources are in the snapshot {File}", EventName = "SnapshotWritten")]
    public static partial void SnapshotWritten(ILogger logger, int count, string file);

    [LoggerMessage(1510, LogLevel.Information, "Calls follow the mesh: {Rung}", EventName = "ModeImproved")]
    public static partial void ModeImproved(ILogger logger, FallbackRung rung);

    [LoggerMessage(1511, LogLevel.Information, "Calls follow {Rung} from now on: {Reason}", EventName = "ModeChanged")]
    public static partial void ModeChanged(ILogger logger, FallbackRung rung, string reason);

    [LoggerMessage(1512, LogLevel.Warning, "The kill switch is {State}, by {Source}", EventName = "KillSwitch")]
    public static partial void KillSwitch(ILogger logger, string state, string source);

    [LoggerMessage(1513, LogLevel.Warning, "{Path} is '{Text}': expected Auto or Direct; it stays as it is", EventName = "ModeNotUnderstood")]
    public static partial void ModeNotUnderstood(ILogger logger, string path, string text);
}
