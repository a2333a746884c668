using System.Globalization;
using Mesh.Protocol.Grpc;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Propagation;

/// <summary>Tells gRPC requests from others, and answers them with a status.</summary>
internal static class GrpcReply
{
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";

    private const string ContentType = "application/grpc";

    /// <summary><c>application/grpc</c> and its variants; <c>grpc-web</c> is HTTP.</summary>
    public static bool IsFor(HttpRequest request) => IsGrpc(request.ContentType);

    public static bool IsGrpc(string? contentType) => GrpcBody.IsGrpc(contentType);

    /// <summary>A status, trailers only; the response must not have started.</summary>
    public static void Write(HttpResponse response, GrpcStatusCode status, string message)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers[StatusHeader] = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers[MessageHeader] = Uri.EscapeDataString(message);
    }
}
