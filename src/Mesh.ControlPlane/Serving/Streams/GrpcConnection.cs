using Google.Protobuf;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>A gRPC call as the wire of a stream.</summary>
internal sealed class GrpcConnection<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call) : IXdsConnection<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public ValueTask<TRequest?> ReadAsync(CancellationToken cancellationToken) => call.ReadAsync(cancellationToken);

    public ValueTask WriteAsync(TResponse response, CancellationToken cancellationToken) => call.WriteAsync(response, cancellationToken);

    public void Abort() => call.HttpContext.Abort();
}
