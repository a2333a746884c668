using System.Net.Sockets;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;
using Mesh.Client.Transport.Counted;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Tells what a failed attempt means: to balancing, health and retries by its origin, to the caller by an answer.</summary>
internal static class AttemptFailure
{
    /// <summary>Null when the exception is the caller's own affair and goes on as it is.</summary>
    /// <param name="exception">What the connection threw.</param>
    /// <param name="deadline">Of the call and of the attempt, if anything limits them.</param>
    /// <param name="callerToken">The caller's.</param>
    public static LocalOrigin? Classify(Exception exception, Deadline? deadline, CancellationToken callerToken) => exception switch
    {
        OperationCanceledException when callerToken.IsCancellationRequested || deadline?.IsCallerGone == true => null,
        OperationCanceledException when deadline?.IsExpired == true => LocalOrigin.DeadlineExceeded,
        OperationCanceledException when deadline?.IsAttemptExpired == true => LocalOrigin.AttemptTimeout,
        // The connection's own limit: the only other thing that cancels.
        OperationCanceledException { InnerException: TimeoutException } => LocalOrigin.ConnectTimeout,
        PendingOverflowException => LocalOrigin.Overflow,
        HttpRequestException request => Classify(request),
        _ => null,
    };

    /// <summary>What the caller is told.</summary>
    /// <param name="origin">As classified.</param>
    /// <param name="exception">What the connection threw.</param>
    /// <param name="retriesSpent">Another attempt would have been made, had the policy allowed one more.</param>
    public static LocalFailure Answer(LocalOrigin origin, Exception exception, bool retriesSpent)
    {
        var failure = Answer(origin, exception);
        return retriesSpent ? failure with { Flags = $"{failure.Flags},{ResponseFlags.UpstreamRetryLimitExceeded}" } : failure;
    }

    private static LocalFailure Answer(LocalOrigin origin, Exception exception) => origin switch
    {
        LocalOrigin.ConnectFailure => LocalFailure.ConnectionFailure(Describe(exception)),
        LocalOrigin.ConnectTimeout => LocalFailure.ConnectionTimeout,
        LocalOrigin.RefusedStream => LocalFailure.RefusedStream,
        LocalOrigin.Overflow => LocalFailure.Overflow,
        LocalOrigin.ProtocolError => LocalFailure.ProtocolError,
        LocalOrigin.AttemptTimeout or LocalOrigin.DeadlineExceeded => LocalFailure.RequestTimeout,
        _ when exception.InnerException is HttpProtocolException => LocalFailure.RemoteReset,
        _ => LocalFailure.ConnectionTermination,
    };

    private static LocalOrigin? Classify(HttpRequestException exception) => exception.HttpRequestError switch
    {
        // ClientWebSocket falls back to HTTP/1.1 by these.
        HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError => null,
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => LocalOrigin.ConnectFailure,
        HttpRequestError.HttpProtocolError => IsRefused(exception) ? LocalOrigin.RefusedStream : OfHttp2(exception),
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => LocalOrigin.ProtocolError,
        HttpRequestError.ResponseEnded => LocalOrigin.Reset,
        _ when exception.InnerException is IOException or SocketException => LocalOrigin.Reset,
        _ => null,
    };

    /// <summary>
    /// RST_STREAM with REFUSED_STREAM, or a stream above the last one of a GOAWAY. SocketsHttpHandler tries these again by itself, three times, and then
    /// wraps the protocol's error in one with a text of its own; for every other HTTP/2 error both texts are the same.
    /// </summary>
    private static bool IsRefused(HttpRequestException exception) =>
        exception.InnerException is HttpProtocolException inner && !string.Equals(inner.Message, exception.Message, StringComparison.Ordinal);

    /// <summary>A peer that ends the stream or connection resets; only what says PROTOCOL_ERROR and the like is a violation.</summary>
    private static LocalOrigin OfHttp2(HttpRequestException exception) =>
        (exception.InnerException as HttpProtocolException)?.ErrorCode is 0 or 2 or 8 or 11 ? LocalOrigin.Reset : LocalOrigin.ProtocolError;

    private static string Describe(Exception exception) =>
        exception.InnerException is SocketException socket ? socket.Message : exception.InnerException?.Message ?? exception.Message;
}
