using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>The application's own logs, in a category of their own: OpenTelemetry's exporter, the console, whatever listens there.</summary>
internal sealed class LoggerDestination(ILoggerFactory loggers) : ILogDestination
{
    public const string Category = "Mesh.AccessLog";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public bool IsEnabled => _logger.IsEnabled(LogLevel.Information);

    public void Write(ReadOnlySpan<char> line)
    {
        if (IsEnabled)
        {
            var text = line.TrimEnd('\n').ToString();
            AccessLogMessages.Request(_logger, text);
        }
    }

    public void Flush()
    {
    }
}
