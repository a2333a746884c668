using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>The application's own logs, in a category of their own: OpenTelemetry's exporter, the console, whatever listens there.</summary>
/// <param name="loggers">The application's.</param>
/// <param name="hasFields">Whether entries are JSON whose fields are to be attributes.</param>
internal sealed class LoggerDestination(ILoggerFactory loggers, bool hasFields = false) : ILogDestination
{
    public const string Category = "Mesh.AccessLog";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public bool IsEnabled => _logger.IsEnabled(LogLevel.Information);

    public void Write(ReadOnlySpan<char> line)
    {
        if (IsEnabled)
        {
            var text = line.TrimEnd('\n');
            var entry = hasFields ? AccessLogEntry.OfFields(text) : AccessLogEntry.OfText(text);
            _logger.Log(LogLevel.Information, AccessLogEntry.EventId, entry, null, static (entry, _) => entry.ToString());
        }
    }

    public void Flush()
    {
    }
}
