namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Messages about the database; none holds a connection string.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(EventId = 8100, EventName = "DatabaseStartWaits", Level = LogLevel.Warning, Message = "Waiting for PostgreSQL ({Place}). {Reason}")]
    public static partial void StartWaits(ILogger logger, string place, string reason);

    [LoggerMessage(EventId = 8101, EventName = "DatabaseMigrated", Level = LogLevel.Information, Message = "The schema of the database went from version {From} to {To}")]
    public static partial void Migrated(ILogger logger, int from, int to);

    [LoggerMessage(EventId = 8102, EventName = "DatabaseAway", Level = LogLevel.Warning, Message = "PostgreSQL ({Place}) is away; what was read before stays in use, writes are refused, and it is tried again and again. {Reason}")]
    public static partial void Away(ILogger logger, string place, string reason);

    [LoggerMessage(EventId = 8103, EventName = "DatabaseBack", Level = LogLevel.Information, Message = "PostgreSQL ({Place}) is back after {Outage}")]
    public static partial void Back(ILogger logger, string place, TimeSpan outage);

    [LoggerMessage(EventId = 8104, EventName = "DatabaseConnectionLost", Level = LogLevel.Information, Message = "The connection that listens on {Channel} broke and is made anew; what it missed is read. {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string channel, string reason);

    [LoggerMessage(EventId = 8105, EventName = "DatabaseReadFailed", Level = LogLevel.Error, Message = "What came on {Channel} could not be taken in; it is read again")]
    public static partial void ReadFailed(ILogger logger, string channel, Exception exception);

    [LoggerMessage(EventId = 8106, EventName = "LeadershipWon", Level = LogLevel.Information, Message = "This replica does the work of the whole mesh from now on")]
    public static partial void LeadershipWon(ILogger logger);

    [LoggerMessage(EventId = 8107, EventName = "LeadershipLost", Level = LogLevel.Information, Message = "This replica leads no more. {Reason}")]
    public static partial void LeadershipLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 8108, EventName = "LeadershipWorkFailed", Level = LogLevel.Error, Message = "Work of the leader failed; it is tried again")]
    public static partial void LeadershipWorkFailed(ILogger logger, Exception exception);
}
