using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Propagation;

/// <summary>Tells gRPC requests from others, and answers them with a status.</summary>
internal static class GrpcReply
{
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";

    public const string PermissionDenied = "7";
    public const string ResourceExhausted = "8";
    public const string Unavailable = "14";
    public const string Unauthenticated = "16";

    private const string ContentType = "application/grpc";
    private const string DeadlineExceededStatus = "4";

    /// <summary><c>application/grpc</c> and its variants; <c>grpc-web</c> is HTTP.</summary>
    public static bool IsFor(HttpRequest request) => IsGrpc(request.ContentType);

    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';' or ' ');

    /// <summary>DEADLINE_EXCEEDED, trailers only; the response must not have started.</summary>
    public static void WriteDeadlineExceeded(HttpResponse response, string message) => Write(response, DeadlineExceededStatus, message);

    /// <summary>A status, trailers only; the response must not have started.</summary>
    public static void Write(HttpResponse response, string status, string message)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers[StatusHeader] = status;
        response.Headers[MessageHeader] = Uri.EscapeDataString(message);
    }
}
