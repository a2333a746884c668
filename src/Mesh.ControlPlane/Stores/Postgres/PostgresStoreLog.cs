using Mesh.Config;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Messages of <see cref="PostgresConfigStore"/>.</summary>
internal static partial class PostgresStoreLog
{
    [LoggerMessage(EventId = 8120, EventName = "DatabaseConfigLoaded", Level = LogLevel.Information, Message = "Read {Resources} resources of the database at version {Version}")]
    public static partial void Loaded(ILogger logger, int resources, long version);

    [LoggerMessage(EventId = 8121, EventName = "DatabaseConfigChanged", Level = LogLevel.Debug, Message = "Configuration is now at version {Version} with {Resources} resources; {Changes} changes came together")]
    public static partial void Changed(ILogger logger, long version, int resources, int changes);

    [LoggerMessage(EventId = 8122, EventName = "DatabaseConfigUnreadable", Level = LogLevel.Warning, Message = "{Resource} of version {Version} is left out: this control plane cannot read it; a newer one may have written it. {Reason}")]
    public static partial void Unreadable(ILogger logger, ResourceId resource, long version, string reason);

    [LoggerMessage(EventId = 8123, EventName = "DatabaseHistoryBroken", Level = LogLevel.Error, Message = "Version {Found} came where {Expected} was expected; everything is read anew, and watches start again")]
    public static partial void HistoryBroken(ILogger logger, long found, long expected);

    [LoggerMessage(EventId = 8124, EventName = "DatabaseReplaced", Level = LogLevel.Warning, Message = "Another server answers than before (failover or restore), and may not have the newest changes: versions go on far above, and watches start again")]
    public static partial void Replaced(ILogger logger);

    [LoggerMessage(EventId = 8125, EventName = "DatabaseWriteLookedUp", Level = LogLevel.Information, Message = "The connection broke while {Resource} was written; looking shows: {Outcome}")]
    public static partial void LookedUp(ILogger logger, ResourceId resource, WriteStatus outcome);

    [LoggerMessage(EventId = 8126, EventName = "DatabaseCompacted", Level = LogLevel.Debug, Message = "{Removed} changes up to version {Version} are no longer kept")]
    public static partial void Compacted(ILogger logger, long removed, long version);
}
