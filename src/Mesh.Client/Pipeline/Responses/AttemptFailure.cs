using System.Net.Sockets;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Tells what a failed attempt means to the caller.</summary>
internal static class AttemptFailure
{
    /// <summary>Null when the exception is the caller's own affair and goes on as it is.</summary>
    public static LocalFailure? Classify(Exception exception, Deadline? deadline, CancellationToken callerToken) => exception switch
    {
        OperationCanceledException when callerToken.IsCancellationRequested || deadline?.IsCallerGone == true => null,
        OperationCanceledException when deadline?.IsExpired == true => LocalFailure.RequestTimeout,
        // The connection's own limit: the only other thing that cancels.
        OperationCanceledException { InnerException: TimeoutException } => LocalFailure.ConnectionTimeout,
        HttpRequestException request => Classify(request),
        _ => null,
    };

    private static LocalFailure? Classify(HttpRequestException exception) => exception.HttpRequestError switch
    {
        // ClientWebSocket falls back to HTTP/1.1 by these.
        HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError => null,
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError =>
            LocalFailure.ConnectionFailure(Describe(exception)),
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
            LocalFailure.ProtocolError,
        HttpRequestError.ResponseEnded => LocalFailure.ConnectionTermination,
        _ when exception.InnerException is IOException or SocketException => LocalFailure.ConnectionTermination,
        _ => null,
    };

    private static string Describe(HttpRequestException exception) =>
        exception.InnerException is SocketException socket ? socket.Message : exception.InnerException?.Message ?? exception.Message;
}
