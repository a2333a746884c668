using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>Messages about access logs; the entries themselves are <see cref="AccessLogEntry"/>.</summary>
internal static partial class AccessLogMessages
{
    [LoggerMessage(
        EventId = 6551,
        EventName = "AccessLogOperatorUnknown",
        Level = LogLevel.Warning,
        Message = "The format of access log '{Provider}' holds {Operators}, which the mesh cannot tell (docs/access-logs.md has those that it can); a hyphen is written for it")]
    public static partial void UnknownOperators(ILogger logger, string provider, string operators);

    [LoggerMessage(
        EventId = 6552,
        EventName = "AccessLogFileRefused",
        Level = LogLevel.Warning,
        Message = "Access log '{Provider}' wants the file {Path}, which is not below Mesh:AccessLogs:Directory; its entries go to the category Mesh.AccessLog of the application's logs")]
    public static partial void FileRefused(ILogger logger, string provider, string path);

    [LoggerMessage(EventId = 6553, EventName = "AccessLogFileFailed", Level = LogLevel.Warning, Message = "The access log {Path} cannot be written; its entries are dropped until it can")]
    public static partial void FileFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(EventId = 6554, EventName = "AccessLogFilterUnusable", Level = LogLevel.Warning, Message = "The filter of access log '{Provider}' cannot be used, and nothing is logged by it: {Reason}")]
    public static partial void FilterUnusable(ILogger logger, string provider, string reason);
}
