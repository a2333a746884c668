namespace Mesh.ControlPlane.Api.Routing;

/// <summary>The log messages of the API.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(7100, LogLevel.Warning, "{Caller} at {Address} was refused {Method} {Path}: {Reason}", EventName = "ApiRefused")]
    public static partial void Refused(ILogger logger, string caller, string address, string method, string path, string reason);

    [LoggerMessage(7101, LogLevel.Information, "{Caller} did {Method} {Path}", EventName = "ApiChanged")]
    public static partial void Changed(ILogger logger, string caller, string method, string path);

    [LoggerMessage(7102, LogLevel.Error, "{Method} {Path} failed", EventName = "ApiFailed")]
    public static partial void Failed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(7103, LogLevel.Warning, "{Method} {Path} was answered with 503: {Reason}", EventName = "ApiUnavailable")]
    public static partial void Unavailable(ILogger logger, string method, string path, string reason);
}
