using Google.Protobuf;

namespace Mesh.Protocol.Grpc;

/// <summary>A method of a gRPC service and how its messages are read.</summary>
internal sealed record GrpcMethod<TRequest, TResponse>(
    string Service,
    string Name,
    MessageParser<TRequest> RequestParser,
    MessageParser<TResponse> ResponseParser)
    where TRequest : IMessage<TRequest>
    where TResponse : IMessage<TResponse>
{
    /// <summary>The HTTP/2 path of the method.</summary>
    public string Path { get; } = $"/{Service}/{Name}";
}
