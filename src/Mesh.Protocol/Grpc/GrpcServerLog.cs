using Microsoft.Extensions.Logging;

namespace Mesh.Protocol.Grpc;

/// <summary>Messages of served gRPC calls.</summary>
internal static partial class GrpcServerLog
{
    public const string Category = "Mesh.Protocol.Grpc";

    [LoggerMessage(8590, LogLevel.Error, "The handler of {Path} failed; the client was told UNKNOWN.", EventName = "GrpcHandlerFailed")]
    public static partial void GrpcHandlerFailed(this ILogger logger, string path, Exception exception);
}
