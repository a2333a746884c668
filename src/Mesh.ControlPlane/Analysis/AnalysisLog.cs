using Mesh.Config;

namespace Mesh.ControlPlane.Analysis;

/// <summary>The log messages of continuous analysis.</summary>
internal static partial class AnalysisLog
{
    [LoggerMessage(8200, LogLevel.Debug, "Analysis of version {Version} found {Messages} messages and wrote {Written} statuses", EventName = "ConfigAnalyzed")]
    public static partial void Analyzed(ILogger logger, long version, int messages, int written);

    [LoggerMessage(8201, LogLevel.Warning, "The messages of {Resource} cannot be written to its status: {Reason}", EventName = "AnalysisStatusRefused")]
    public static partial void Refused(ILogger logger, ResourceId resource, string reason);

    [LoggerMessage(8202, LogLevel.Error, "Analysis failed; it is tried again when the configuration changes", EventName = "AnalysisFailed")]
    public static partial void Failed(ILogger logger, Exception exception);
}
