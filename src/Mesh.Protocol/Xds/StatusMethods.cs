using Mesh.Protocol.Envoy.Status;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods of the client status discovery service.</summary>
internal static class StatusMethods
{
    private const string Service = "envoy.service.status.v3.ClientStatusDiscoveryService";

    /// <summary>Each question is answered with the state of the clients that it names.</summary>
    public static GrpcMethod<ClientStatusRequest, ClientStatusResponse> StreamClientStatus { get; } =
        new(Service, nameof(StreamClientStatus), ClientStatusRequest.Parser, ClientStatusResponse.Parser);

    public static GrpcMethod<ClientStatusRequest, ClientStatusResponse> FetchClientStatus { get; } =
        new(Service, nameof(FetchClientStatus), ClientStatusRequest.Parser, ClientStatusResponse.Parser);
}
