using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Reliability;

/// <summary>Clients that know more than this control plane (fault matrix F09).</summary>
public sealed class NewerClientTests
{
    private const string Yaml = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec:
          selector: {app: reviews}
          ports: [{port: 9080, name: http}]
        """;

    private const string Reviews = "outbound|9080||reviews.default.svc.cluster.local";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Fields, metadata and features that this version does not know are no reason to turn a client away, nor are types that it does not serve.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F09_ClientWithMuchThatIsNew_IsServedWhatIsKnown(bool delta)
    {
        await using var controlPlane = await RunningControlPlane.StartAsync(Yaml);
        var node = RawStream.Node("newer");
        node.ClientFeatures.Add("acme.feature.of.tomorrow");
        foreach (var (key, value) in Struct.Parser.ParseJson("""{"NEW_TEXT": "a", "NEW_NUMBER": 1, "NEW_LIST": [1, null, ["a"]], "NEW_THINGS": {"a": {"b": false}}, "NEW_NULL": null}""").Fields)
        {
            node.Metadata.Fields.Add(key, value);
        }

        if (delta)
        {
            await using var call = RawStream.Delta(controlPlane.Channel);
            await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = "type.googleapis.com/acme.v9.Thing", ResourceNamesSubscribe = { "a" }, Node = node }.Newer(), Cancellation);
            await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { Reviews } }.Newer(), Cancellation);
            DeltaDiscoveryResponse response;
            do
            {
                response = await RawStream.NextAsync(call);
            }
            while (response.TypeUrl != XdsTypeUrl.Cluster);

            Assert.Equal(Reviews, Assert.Single(response.Resources).Name);
        }
        else
        {
            await using var call = RawStream.Sotw(controlPlane.Channel);
            await call.WriteAsync(new DiscoveryRequest { TypeUrl = "type.googleapis.com/acme.v9.Thing", ResourceNames = { "a" }, Node = node }.Newer(), Cancellation);
            await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNames = { Reviews } }.Newer(), Cancellation);

            var response = await RawStream.NextAsync(call);
            Assert.Equal((XdsTypeUrl.Cluster, 1), (response.TypeUrl, response.Resources.Count));
        }
    }

    /// <summary>A newer client may keep streams that this control plane has never heard of: it is told at once, and its connection lives.</summary>
    [Fact]
    public async Task F09_StreamOfANewerClient_IsUnimplementedAndDisturbsNothing()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync(Yaml);
        await using var call = RawStream.Delta(controlPlane.Channel);
        await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { Reviews }, Node = RawStream.Node("newer") }, Cancellation);
        await RawStream.NextAsync(call);
        var tomorrow = new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>("mesh.tomorrow.v1.NewService", "Follow", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser);

        var answer = await Assert.ThrowsAsync<GrpcException>(() => controlPlane.Channel.UnaryAsync(tomorrow, new DeltaDiscoveryRequest(), cancellationToken: Cancellation));

        Assert.Equal(GrpcStatusCode.Unimplemented, answer.Code);
        await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.ClusterLoadAssignment, ResourceNamesSubscribe = { Reviews } }, Cancellation);
        Assert.Equal(XdsTypeUrl.ClusterLoadAssignment, (await RawStream.NextAsync(call)).TypeUrl);
    }
}
