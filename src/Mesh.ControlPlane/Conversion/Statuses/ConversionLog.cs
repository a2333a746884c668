using Mesh.Config;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>The log messages of the statuses of Gateway API objects.</summary>
internal static partial class ConversionLog
{
    [LoggerMessage(7600, LogLevel.Debug, "The statuses of version {Version} were looked at; {Written} were written", EventName = "GatewayStatusesWritten")]
    public static partial void Written(ILogger logger, long version, int written);

    [LoggerMessage(7601, LogLevel.Warning, "The status of {Resource} cannot be written: {Reason}", EventName = "GatewayStatusRefused")]
    public static partial void Refused(ILogger logger, ResourceId resource, string reason);

    [LoggerMessage(7602, LogLevel.Error, "Writing the statuses of the Gateway API failed; it is tried again when the configuration changes", EventName = "GatewayStatusFailed")]
    public static partial void Failed(ILogger logger, Exception exception);
}
