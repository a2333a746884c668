using Microsoft.Extensions.Logging;

namespace Mesh.Server.Authentication;

/// <summary>Messages about the tokens of requests.</summary>
internal static partial class AuthenticationLog
{
    [LoggerMessage(
        EventId = 5300,
        EventName = "TokenRefused",
        Level = LogLevel.Debug,
        Message = "Refused {Method} {Path} on port {Port} for its tokens: {Reason}. Issuers that are known: {Issuers}")]
    public static partial void Refused(ILogger logger, string method, string path, int port, string reason, string issuers);
}
