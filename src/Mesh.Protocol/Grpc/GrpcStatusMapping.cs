using System.Net;

namespace Mesh.Protocol.Grpc;

/// <summary>What HTTP failures mean as gRPC statuses (http-grpc-status-mapping.md; PROTOCOL-HTTP2.md, "Errors").</summary>
internal static class GrpcStatusMapping
{
    /// <summary>For a response without <c>grpc-status</c>, which did not come from a gRPC server.</summary>
    public static GrpcStatusCode FromHttpStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>For a stream or connection that ended with an HTTP/2 error code (RFC 9113 7).</summary>
    public static GrpcStatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        // NO_ERROR before the status is a connection that is being closed, as in grpc-java: the call can be tried again.
        0x0 => GrpcStatusCode.Unavailable,

        // PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT.
        0x1 or 0x2 or 0x3 or 0x4 => GrpcStatusCode.Internal,

        // STREAM_CLOSED has no mapping of its own; FRAME_SIZE_ERROR.
        0x5 or 0x6 => GrpcStatusCode.Internal,

        // REFUSED_STREAM: nothing was processed.
        0x7 => GrpcStatusCode.Unavailable,

        // CANCEL.
        0x8 => GrpcStatusCode.Cancelled,

        // COMPRESSION_ERROR, CONNECT_ERROR.
        0x9 or 0xa => GrpcStatusCode.Internal,

        // ENHANCE_YOUR_CALM.
        0xb => GrpcStatusCode.ResourceExhausted,

        // INADEQUATE_SECURITY.
        0xc => GrpcStatusCode.PermissionDenied,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>For an exception of the HTTP stack.</summary>
    public static GrpcStatus FromException(Exception exception, Uri address)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is GrpcException known)
            {
                return new GrpcStatus(known.Code, known.Detail);
            }

            if (cause is HttpProtocolException protocol)
            {
                return new GrpcStatus(
                    FromHttp2Error(protocol.ErrorCode),
                    $"The call to {address} was ended with HTTP/2 error code 0x{protocol.ErrorCode:x}: {protocol.Message}");
            }
        }

        return exception switch
        {
            HttpRequestException request => new GrpcStatus(GrpcStatusCode.Unavailable, Explain(request, address)),
            IOException => new GrpcStatus(GrpcStatusCode.Unavailable, $"The connection to {address} was lost: {exception.Message}"),
            OperationCanceledException => new GrpcStatus(
                GrpcStatusCode.Unavailable, $"The call to {address} was ended by the server or by the handler: {exception.Message}"),
            _ => new GrpcStatus(GrpcStatusCode.Unknown, $"The call to {address} failed: {exception.Message}"),
        };
    }

    private static string Explain(HttpRequestException exception, Uri address) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"The host name of {address} could not be resolved: {exception.Message}",
        HttpRequestError.ConnectionError => $"No connection to {address}: {exception.Message}",
        HttpRequestError.SecureConnectionError => $"No secure connection to {address}: {Innermost(exception).Message}",
        HttpRequestError.VersionNegotiationError => $"The server at {address} does not speak HTTP/2: {exception.Message}",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
            $"{address} did not answer with HTTP/2: {exception.Message}",
        _ => $"The call to {address} failed: {Innermost(exception).Message}",
    };

    private static Exception Innermost(Exception exception) => exception.GetBaseException();
}
