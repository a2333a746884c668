using Microsoft.Extensions.Logging;

namespace Mesh.Testing.Logging;

/// <summary>One log entry.</summary>
public sealed record LogEntry(LogLevel Level, string Category, string? EventName, string Message, Exception? Exception)
{
    public override string ToString() => $"{Level} {Category} [{EventName}] {Message}{(Exception is null ? "" : Environment.NewLine + Exception)}";
}
