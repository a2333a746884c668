using Microsoft.Extensions.Logging;

namespace Mesh.Server.Apis.Keys;

/// <summary>Log messages of API keys; never a key.</summary>
internal static partial class ApiKeyLog
{
    [LoggerMessage(5600, LogLevel.Debug, "API {Api} refuses {Method} {Path}: {Reason}.", EventName = "ApiKeyRefused")]
    public static partial void Refused(ILogger logger, string api, string method, string? path, string reason);
}
