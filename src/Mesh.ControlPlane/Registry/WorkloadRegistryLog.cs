namespace Mesh.ControlPlane.Registry;

/// <summary>What the registry tells its operator.</summary>
internal static partial class WorkloadRegistryLog
{
    [LoggerMessage(EventId = 8100, EventName = "WorkloadConnected", Level = LogLevel.Debug,
        Message = "Workload {NodeId} of service {Service} in namespace {Namespace} is connected at {Address}")]
    public static partial void Connected(ILogger logger, string nodeId, string service, string @namespace, string address);

    [LoggerMessage(EventId = 8101, EventName = "WorkloadDisconnected", Level = LogLevel.Debug,
        Message = "The stream of workload {NodeId} has ended; it stays registered for {Grace}")]
    public static partial void Disconnected(ILogger logger, string nodeId, TimeSpan grace);

    [LoggerMessage(EventId = 8102, EventName = "WorkloadRemoved", Level = LogLevel.Information,
        Message = "Workload {NodeId} did not come back and is no longer registered")]
    public static partial void Removed(ILogger logger, string nodeId);

    [LoggerMessage(EventId = 8103, EventName = "WorkloadRejected", Level = LogLevel.Warning,
        Message = "Workload {NodeId} was not registered: {Reason}")]
    public static partial void Rejected(ILogger logger, string nodeId, string reason);
}
