using Microsoft.Extensions.Logging;

namespace Mesh.Server.RateLimiting;

/// <summary>Log messages of rate limits.</summary>
internal static partial class RateLimitLog
{
    [LoggerMessage(5500, LogLevel.Debug, "Rate limit {Limit} refuses {Method} {Path}.", EventName = "RateLimited")]
    public static partial void Refused(ILogger logger, string limit, string method, string? path);

    [LoggerMessage(5501, LogLevel.Information, "Rate limit {Limit} would refuse {Method} {Path}; it is tried dry.", EventName = "RateLimitedDry")]
    public static partial void WouldRefuse(ILogger logger, string limit, string method, string? path);
}
