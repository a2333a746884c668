using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Serving.Streams;

/// <summary>Opens streams to a server, with nodes as tests need them.</summary>
internal static class RawStream
{
    public static GrpcCall<DiscoveryRequest, DiscoveryResponse> Sotw(GrpcChannel channel) =>
        channel.Start(XdsMethods.StreamAggregatedResources, cancellationToken: TestContext.Current.CancellationToken);

    public static GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Delta(GrpcChannel channel) =>
        channel.Start(XdsMethods.DeltaAggregatedResources, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A node of Mesh.Client; with a port it registers the service <c>reviews</c>.</summary>
    public static Node Node(string id, int port = 0, string state = "ready", string address = "127.0.0.1")
    {
        var metadata = new Struct { Fields = { [NodeMetadataKeys.MeshClient] = Value.ForString("test"), [NodeMetadataKeys.Namespace] = Value.ForString("default") } };
        if (port != 0)
        {
            metadata.Fields[NodeMetadataKeys.MeshWorkload] = Value.ForStruct(new Struct
            {
                Fields =
                {
                    [NodeMetadataKeys.WorkloadKeys.Service] = Value.ForString("reviews"),
                    [NodeMetadataKeys.WorkloadKeys.Address] = Value.ForString(address),
                    [NodeMetadataKeys.WorkloadKeys.Ports] = Numbers("http", port),
                    [NodeMetadataKeys.WorkloadKeys.ServicePorts] = Numbers("http", 9080),
                    [NodeMetadataKeys.WorkloadKeys.State] = Value.ForString(state),
                },
            });
        }

        return new Node { Id = id, Metadata = metadata };
    }

    public static async Task<T> NextAsync<TRequest, T>(GrpcCall<TRequest, T> call)
        where TRequest : class, IMessage<TRequest>
        where T : class, IMessage<T> =>
        await call.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The stream ended.");

    /// <summary>The status that ends a stream.</summary>
    public static async Task<GrpcException> EndAsync<TRequest, T>(GrpcCall<TRequest, T> call)
        where TRequest : class, IMessage<TRequest>
        where T : class, IMessage<T> =>
        await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            while (await call.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) is not null)
            {
            }
        });

    private static Value Numbers(string name, int number) => Value.ForStruct(new Struct { Fields = { [name] = Value.ForNumber(number) } });
}
