namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>The log messages of tokens.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(7050, LogLevel.Information, "Token {Token} ({Kind}) was made for {Subject} by {Creator}; it expires at {ExpiresAt:u}", EventName = "TokenCreated")]
    public static partial void Created(ILogger logger, string token, TokenKind kind, string subject, string creator, DateTimeOffset expiresAt);

    [LoggerMessage(7051, LogLevel.Information, "Token {Token} of {Subject} was revoked", EventName = "TokenRevoked")]
    public static partial void Revoked(ILogger logger, string token, string subject);

    [LoggerMessage(7052, LogLevel.Information, "A token was refused ({Token}): {Reason}", EventName = "TokenRefused")]
    public static partial void Refused(ILogger logger, string token, string reason);

    [LoggerMessage(7053, LogLevel.Information, "Token {Token} of {Subject}, good for one certificate, was used", EventName = "TokenUsed")]
    public static partial void Used(ILogger logger, string token, string subject);
}
