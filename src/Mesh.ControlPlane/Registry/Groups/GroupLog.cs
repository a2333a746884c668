using Mesh.Config;

namespace Mesh.ControlPlane.Registry.Groups;

/// <summary>What auto-registration tells its operator.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(EventId = 8210, EventName = "WorkloadNotInGroup", Level = LogLevel.Warning,
        Message = "Workload {NodeId} is not registered with WorkloadGroup {Group}: {Reason}")]
    public static partial void NotRegistered(ILogger logger, string nodeId, string group, string reason);

    [LoggerMessage(EventId = 8211, EventName = "WorkloadEntryNotWritten", Level = LogLevel.Warning,
        Message = "{Entry} could not be written for a registered workload: {Reason}")]
    public static partial void NotWritten(ILogger logger, ResourceId entry, string reason);
}
