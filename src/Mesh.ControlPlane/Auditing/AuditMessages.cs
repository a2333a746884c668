namespace Mesh.ControlPlane.Auditing;

/// <summary>The log messages of the audit log.</summary>
internal static partial class AuditMessages
{
    [LoggerMessage(7150, LogLevel.Error, "{Operation} {Target} by {Actor} could not be recorded in the audit log", EventName = "AuditNotRecorded")]
    public static partial void NotRecorded(ILogger logger, string operation, string target, string actor, Exception exception);

    [LoggerMessage(7151, LogLevel.Error, "The audit log is not intact: {Problem}. It goes on from entry {Sequence}; 'meshctl audit verify' shows the break. Keep a copy of the files.", EventName = "AuditBroken")]
    public static partial void Broken(ILogger logger, string problem, long sequence);
}
