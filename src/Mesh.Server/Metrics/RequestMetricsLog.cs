using Microsoft.Extensions.Logging;

namespace Mesh.Server.Metrics;

/// <summary>Messages about the page of metrics.</summary>
internal static partial class RequestMetricsLog
{
    [LoggerMessage(EventId = 6510, EventName = "MetricsServed", Level = LogLevel.Information, Message = "Metrics for Prometheus are served at {Address}metrics")]
    public static partial void Serving(ILogger logger, Uri address);
}
