namespace Mesh.Client.Pipeline.Responses;

/// <summary>Tells gRPC calls from other requests.</summary>
internal static class GrpcRequest
{
    public const string ContentType = "application/grpc";

    public static bool Is(HttpRequestMessage request) =>
        request.Content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true
        && type.ToString().StartsWith(ContentType, StringComparison.OrdinalIgnoreCase);
}
