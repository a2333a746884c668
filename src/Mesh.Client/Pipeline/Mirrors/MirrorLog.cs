using Microsoft.Extensions.Logging;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>What is said about mirrored requests; nothing of it matters to the requests themselves.</summary>
internal static partial class MirrorLog
{
    [LoggerMessage(2010, LogLevel.Debug, "The copy of a request to {Cluster} was answered with {Status}.", EventName = "MirrorAnswered")]
    public static partial void Answered(ILogger logger, string cluster, int status);

    [LoggerMessage(2011, LogLevel.Debug, "The copy of a request to {Cluster} failed.", EventName = "MirrorFailed")]
    public static partial void Failed(ILogger logger, string cluster, Exception exception);

    [LoggerMessage(2012, LogLevel.Debug, "A request was not copied to {Cluster}: {Reason}.", EventName = "MirrorSkipped")]
    public static partial void Skipped(ILogger logger, string cluster, string reason);
}
