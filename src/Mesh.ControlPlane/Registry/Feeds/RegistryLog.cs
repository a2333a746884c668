namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>What registries tell their operator.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(EventId = 8200, EventName = "RegistryLoaded", Level = LogLevel.Information,
        Message = "Registry {Registry} lists {Services} services with {Endpoints} endpoints")]
    public static partial void Loaded(ILogger logger, string registry, int services, int endpoints);

    [LoggerMessage(EventId = 8201, EventName = "RegistryStale", Level = LogLevel.Warning,
        Message = "Registry {Registry} cannot be asked; its last answer stands, marked stale. {Reason}")]
    public static partial void Stale(ILogger logger, string registry, string reason);

    [LoggerMessage(EventId = 8202, EventName = "RegistryFresh", Level = LogLevel.Information,
        Message = "Registry {Registry} answers again after {Outage}")]
    public static partial void Fresh(ILogger logger, string registry, TimeSpan outage);

    [LoggerMessage(EventId = 8203, EventName = "RegistryNotLoaded", Level = LogLevel.Warning,
        Message = "Registry {Registry} did not answer within {Limit}; the control plane serves without it until it does. {Reason}")]
    public static partial void NotLoaded(ILogger logger, string registry, TimeSpan limit, string reason);

    [LoggerMessage(EventId = 8204, EventName = "RegistryUnreachable", Level = LogLevel.Warning,
        Message = "Registry {Registry} cannot be asked yet; it is tried again. {Reason}")]
    public static partial void Unreachable(ILogger logger, string registry, string reason);

    [LoggerMessage(EventId = 8205, EventName = "RegistryEntrySkipped", Level = LogLevel.Warning,
        Message = "Registry {Registry}: {Entry} is left out: {Reason}")]
    public static partial void Skipped(ILogger logger, string registry, string entry, string reason);

    [LoggerMessage(EventId = 8206, EventName = "RegistryReaderFailed", Level = LogLevel.Error,
        Message = "The reader of registry {Registry} failed in a way that nobody foresaw; it is started again, and the last answer stands")]
    public static partial void ReaderFailed(ILogger logger, string registry, Exception exception);
}
