namespace Mesh.Server.Reports;

/// <summary>Tells gRPC bodies from others.</summary>
internal static class GrpcBody
{
    private const string ContentType = "application/grpc";

    /// <summary><c>application/grpc</c> and its variants; <c>grpc-web</c> is HTTP.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';' or ' ');
}
