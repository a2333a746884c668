using Microsoft.Extensions.Logging;

namespace Mesh.Server.Authorization;

/// <summary>Messages about who may send what. The caller is told none of this.</summary>
internal static partial class AuthorizationLog
{
    [LoggerMessage(EventId = 5000, EventName = "RequestDenied", Level = LogLevel.Information, Message = "Denied {Method} {Path} of {Principal} from {Source}: {Reason}")]
    public static partial void Denied(ILogger logger, string method, string path, string principal, object? source, string reason);

    [LoggerMessage(EventId = 5001, EventName = "RequestAudited", Level = LogLevel.Information, Message = "Audit: {Method} {Path} of {Principal} from {Source} matches policy {Policy}")]
    public static partial void Audited(ILogger logger, string method, string path, string principal, object? source, string policy);

    [LoggerMessage(EventId = 5002, EventName = "DryRunWouldDeny", Level = LogLevel.Information, Message = "Dry run: {Method} {Path} of {Principal} from {Source} would be denied: {Reason}")]
    public static partial void WouldDeny(ILogger logger, string method, string path, string principal, object? source, string reason);

    [LoggerMessage(EventId = 5003, EventName = "DryRunWouldAllow", Level = LogLevel.Debug, Message = "Dry run: {Method} {Path} of {Principal} would be allowed by policy {Policy}")]
    public static partial void WouldAllow(ILogger logger, string method, string path, string principal, string policy);

    [LoggerMessage(EventId = 5004, EventName = "DryRunWouldAsk", Level = LogLevel.Information, Message = "Dry run: {Provider} would be asked about {Method} {Path} of {Principal}, by policy {Policy}")]
    public static partial void WouldAsk(ILogger logger, string provider, string method, string path, string principal, string policy);

    [LoggerMessage(EventId = 5005, EventName = "MethodRefused", Level = LogLevel.Information, Message = "Answered 400: method {Method} is written in another case than the standard's, and a router may not care")]
    public static partial void MethodRefused(ILogger logger, string method);

    [LoggerMessage(EventId = 5007, EventName = "HeaderNameRefused", Level = LogLevel.Information, Message = "Answered 400: the name of a header holds a character that no name may hold (RFC 9110 5.6.2), and a program behind may drop it")]
    public static partial void HeaderNameRefused(ILogger logger);

    [LoggerMessage(EventId = 5006, EventName = "RunningRequestEnded", Level = LogLevel.Information, Message = "Ended {Method} {Path} of {Principal}, which was allowed when it began: {Reason}")]
    public static partial void RunningEnded(ILogger logger, string method, string path, string principal, string reason);

    [LoggerMessage(EventId = 5010, EventName = "AuthorizerFailed", Level = LogLevel.Warning, Message = "Authorizer {Provider} did not answer ({Reason}); the request was {Outcome}")]
    public static partial void AuthorizerFailed(ILogger logger, string provider, string reason, string outcome);

    [LoggerMessage(EventId = 5011, EventName = "RecheckFailed", Level = LogLevel.Error, Message = "A running request could not be judged by the changed policy; it was ended")]
    public static partial void RecheckFailed(ILogger logger, Exception exception);
}
