namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>The log messages of load reports.</summary>
internal static partial class LoadLog
{
    [LoggerMessage(8700, LogLevel.Debug, "{Node} reports its load", EventName = "LoadReporting")]
    public static partial void Reporting(ILogger logger, string node);

    [LoggerMessage(8701, LogLevel.Warning, "The load reports of {Node} were refused: {Reason}", EventName = "LoadReportsRefused")]
    public static partial void Refused(ILogger logger, string node, string reason);

    [LoggerMessage(8702, LogLevel.Debug, "{Node} reports its load no more", EventName = "LoadReportingEnded")]
    public static partial void Ended(ILogger logger, string node);
}
