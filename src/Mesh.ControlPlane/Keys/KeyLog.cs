namespace Mesh.ControlPlane.Keys;

/// <summary>What the fetching of keys tells the operator.</summary>
internal static partial class KeyLog
{
    [LoggerMessage(EventId = 5400, EventName = "KeysFetched", Level = LogLevel.Information, Message = "The keys at {Uri} are in use")]
    public static partial void Fetched(ILogger logger, string uri);

    [LoggerMessage(EventId = 5401, EventName = "KeysUnavailable", Level = LogLevel.Warning,
        Message = "The keys at {Uri} cannot be had: {Problem}. {Consequence}")]
    public static partial void Unavailable(ILogger logger, string uri, string problem, string consequence);

    [LoggerMessage(EventId = 5402, EventName = "KeysExpired", Level = LogLevel.Error,
        Message = "The keys at {Uri} could not be refreshed for {MaxStale}: they are dropped, and every token of their issuer is refused")]
    public static partial void Expired(ILogger logger, string uri, TimeSpan maxStale);

    [LoggerMessage(EventId = 5403, EventName = "KeyRefreshFailed", Level = LogLevel.Error, Message = "The refresh of keys failed and goes on; this is a fault of the mesh")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5404, EventName = "KeyArchiveUnread", Level = LogLevel.Warning, Message = "The keys of before the start cannot be used, and their issuers are asked: {Problem}")]
    public static partial void ArchiveUnread(ILogger logger, string problem);

    [LoggerMessage(EventId = 5405, EventName = "KeyArchiveUnwritten", Level = LogLevel.Warning,
        Message = "The keys are in use, but a restart will have to ask their issuers: {Problem}")]
    public static partial void ArchiveUnwritten(ILogger logger, string problem);
}
