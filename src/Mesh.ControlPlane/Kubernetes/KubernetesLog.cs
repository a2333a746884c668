namespace Mesh.ControlPlane.Kubernetes;

/// <summary>What following a Kubernetes API server tells its operator.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(EventId = 8230, EventName = "KubernetesLoaded", Level = LogLevel.Information,
        Message = "Read {Objects} objects of {Kinds} kinds from {Server}")]
    public static partial void Loaded(ILogger logger, int objects, int kinds, Uri server);

    [LoggerMessage(EventId = 8231, EventName = "KubernetesKindsAbsent", Level = LogLevel.Warning,
        Message = "{Server} does not know {Kinds}; they are left out until their definitions are installed")]
    public static partial void Absent(ILogger logger, Uri server, string kinds);

    [LoggerMessage(EventId = 8232, EventName = "KubernetesObjectUnreadable", Level = LogLevel.Warning,
        Message = "{Resource} of {Server} cannot be read and is left out: {Reason}")]
    public static partial void Unreadable(ILogger logger, string resource, Uri server, string reason);

    [LoggerMessage(EventId = 8233, EventName = "KubernetesRelist", Level = LogLevel.Debug,
        Message = "The {Kind} of {Server} are listed anew: {Reason}")]
    public static partial void Relist(ILogger logger, string kind, Uri server, string reason);

    [LoggerMessage(EventId = 8234, EventName = "KubernetesStale", Level = LogLevel.Warning,
        Message = "{Kind} of {Server} cannot be followed; what was read stands, and it is tried again. {Reason}")]
    public static partial void Stale(ILogger logger, string kind, Uri server, string reason);

    [LoggerMessage(EventId = 8235, EventName = "KubernetesFresh", Level = LogLevel.Information,
        Message = "{Kind} of {Server} are followed again")]
    public static partial void Fresh(ILogger logger, string kind, Uri server);
}
