using Microsoft.Extensions.Logging;

namespace Mesh.Client.Metrics;

/// <summary>Messages about metrics.</summary>
internal static partial class MetricsLog
{
    [LoggerMessage(EventId = 6500, EventName = "TagOverrideIgnored", Level = LogLevel.Warning, Message = "The label {Label} of a Telemetry resource is left as it is: '{Expression}' is no expression that is understood ({Reason})")]
    public static partial void TagIgnored(ILogger logger, string label, string expression, string? reason);
}
