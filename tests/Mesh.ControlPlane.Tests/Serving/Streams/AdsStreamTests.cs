using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Serving.Streams;

/// <summary>Streams over real Kestrel.</summary>
public sealed class AdsStreamTests
{
    private const string Reviews = "outbound|9080||reviews.default.svc.cluster.local";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registration_OfAProcess_IsAnEndpointForOthersUntilItDrains()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        await using var caller = RawStream.Delta(controlPlane.Channel);
        await caller.WriteAsync(Subscribe("caller"), Cancellation);
        Assert.Equal([Reviews], (await RawStream.NextAsync(caller)).RemovedResources);

        await using var process = RawStream.Delta(controlPlane.Channel);
        await process.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, Node = RawStream.Node("process", 8001) }, Cancellation);
        Assert.Equal([8001u], Ports(await RawStream.NextAsync(caller)));

        await process.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, Node = RawStream.Node("process", 8001, "draining") }, Cancellation);
        await RawStream.NextAsync(caller);
        Assert.Equal(EndpointState.Draining, controlPlane.State.Workloads.Instances["process"].State);
    }

    [Fact]
    public async Task D12_ProcessGetsAnotherAddress_CallersAreToldOnTheirStream()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        await using var caller = RawStream.Delta(controlPlane.Channel);
        await caller.WriteAsync(Subscribe("caller"), Cancellation);
        await RawStream.NextAsync(caller);
        await using var process = RawStream.Delta(controlPlane.Channel);

        foreach (var (said, told) in new[] { ("", ""), ("::1, 127.0.0.2", "::1,127.0.0.2"), ("127.0.0.2", "127.0.0.2") })
        {
            var node = RawStream.Node("process", 8001);
            node.Metadata.Fields[NodeMetadataKeys.MeshWorkload].StructValue.Fields[NodeMetadataKeys.WorkloadKeys.AdditionalAddresses] = Value.ForString(said);
            await process.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, Node = node }, Cancellation);

            var endpoint = Assert.Single(Endpoints(await RawStream.NextAsync(caller))).Endpoint;
            Assert.Equal(told, string.Join(',', endpoint.AdditionalAddresses.Select(additional => additional.Address.SocketAddress.Address)));
        }
    }

    [Theory]
    [InlineData(new byte[] { 9, 0, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 3, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 0 })]
    public async Task MalformedFrame_OnAStream_EndsThatCallAndDisturbsNoOther(byte[] frame)
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        await using var other = RawStream.Delta(controlPlane.Channel);
        await other.WriteAsync(Subscribe("other"), Cancellation);
        await RawStream.NextAsync(other);

        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var content = new ByteArrayContent(frame);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await client.PostAsync(new Uri(controlPlane.XdsAddress, XdsMethods.DeltaAggregatedResources.Path), content, Cancellation);
        await response.Content.ReadAsByteArrayAsync(Cancellation);

        var status = response.Headers.TryGetValues("grpc-status", out var early) ? early : response.TrailingHeaders.GetValues("grpc-status");
        Assert.Equal("13", Assert.Single(status));
        await other.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { Reviews } }, Cancellation);
        Assert.Equal([Reviews], (await RawStream.NextAsync(other)).RemovedResources);
    }

    [Fact]
    public async Task Registration_StreamEnds_StaysForTheGraceTimeAndGoesThen()
    {
        // A span that nothing else waits for.
        var grace = TimeSpan.FromSeconds(121);
        var time = new FakeTimeProvider();
        await using var controlPlane = await RunningControlPlane.StartAsync(time: time, configure: options => options.GraceTime = grace);
        await RegisterAndLeaveAsync(controlPlane);
        await time.WaitForTimerOfAsync(grace, Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        time.Advance(grace - TimeSpan.FromSeconds(1));
        Assert.Contains("process", controlPlane.State.Workloads.Instances.Keys);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(controlPlane.State.Workloads.Instances);
    }

    [Fact]
    public async Task Node_WithAnotherIdOnTheSameStream_EndsTheStream()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        controlPlane.Logs.Expect("XdsRefused");
        await using var call = RawStream.Delta(controlPlane.Channel);
        await call.WriteAsync(Subscribe("one"), Cancellation);
        await call.WriteAsync(Subscribe("two"), Cancellation);

        var end = await RawStream.EndAsync(call);

        Assert.Equal(GrpcStatusCode.InvalidArgument, end.Code);
        Assert.Contains("'one'", end.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", 80, "address")]
    [InlineData("224.0.0.1", 80, "address")]
    [InlineData("not a host", 80, "address")]
    [InlineData("", 80, "address")]
    [InlineData("10.0.0.1", 70000, "ports.http")]
    [InlineData("10.0.0.1", -1, "ports.http")]
    public async Task Registration_OfWhatNobodyCanDial_EndsTheStreamWithTheReason(string address, int port, string field)
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        controlPlane.Logs.Expect("XdsRefused");
        await using var call = RawStream.Delta(controlPlane.Channel);

        await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, Node = RawStream.Node("process", port, address: address) }, Cancellation);

        var end = await RawStream.EndAsync(call);
        Assert.Equal(GrpcStatusCode.InvalidArgument, end.Code);
        Assert.Contains($"MESH_WORKLOAD.{field}", end.Detail, StringComparison.Ordinal);
        Assert.Empty(controlPlane.State.Workloads.Instances);
    }

    [Fact]
    public async Task FirstRequest_WithoutNode_EndsTheStream()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        controlPlane.Logs.Expect("XdsRefused");
        await using var call = RawStream.Sotw(controlPlane.Channel);

        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster }, Cancellation);

        var end = await RawStream.EndAsync(call);
        Assert.Equal(GrpcStatusCode.InvalidArgument, end.Code);
        Assert.Contains("node", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_WithGarbageInItsMetadata_EndsTheStreamWithTheFieldsPath()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        controlPlane.Logs.Expect("XdsRefused");
        await using var call = RawStream.Sotw(controlPlane.Channel);
        var node = new Node { Id = "x", Metadata = new Struct { Fields = { ["LABELS"] = Value.ForStruct(new Struct { Fields = { ["app"] = Value.ForNumber(7) } }) } } };

        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, Node = node }, Cancellation);

        Assert.Equal("node.metadata.LABELS.app: expected text, got 7.", (await RawStream.EndAsync(call)).Detail);
    }

    [Fact]
    public async Task UnknownType_OnAStream_DoesNotDisturbTheOthers()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        await using var call = RawStream.Sotw(controlPlane.Channel);

        await call.WriteAsync(new DiscoveryRequest { TypeUrl = "type.googleapis.com/acme.Thing", ResourceNames = { "a" }, Node = RawStream.Node("x") }, Cancellation);
        await call.WriteAsync(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNames = { Reviews } }, Cancellation);

        Assert.Equal(XdsTypeUrl.Cluster, (await RawStream.NextAsync(call)).TypeUrl);
    }

    [Fact]
    public async Task Request_LargerThanTheLimit_EndsThatStreamOnly()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        controlPlane.Logs.Expect("XdsRefused");
        await using var other = RawStream.Delta(controlPlane.Channel);
        await other.WriteAsync(Subscribe("other"), Cancellation);
        await RawStream.NextAsync(other);
        await using var call = RawStream.Delta(controlPlane.Channel);
        await call.WriteAsync(Subscribe("big"), Cancellation);
        await RawStream.NextAsync(call);

        await Record.ExceptionAsync(async () => await call.WriteAsync(
            new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResponseNonce = new string('x', 5 * 1024 * 1024) }, Cancellation));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await RawStream.EndAsync(call)).Code);
        await other.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.ClusterLoadAssignment, ResourceNamesSubscribe = { Reviews } }, Cancellation);
        Assert.Equal([Reviews], (await RawStream.NextAsync(other)).RemovedResources);
    }

    [Fact]
    public async Task Stop_OfTheServer_EndsStreamsAtOnce()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        await using var call = RawStream.Delta(controlPlane.Channel);
        await call.WriteAsync(Subscribe("x"), Cancellation);
        await RawStream.NextAsync(call);

        await controlPlane.StopAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        Assert.Equal(GrpcStatusCode.Unavailable, (await RawStream.EndAsync(call)).Code);
    }

    private static DeltaDiscoveryRequest Subscribe(string nodeId) =>
        new() { TypeUrl = XdsTypeUrl.ClusterLoadAssignment, ResourceNamesSubscribe = { Reviews }, Node = RawStream.Node(nodeId) };

    private static async Task RegisterAndLeaveAsync(RunningControlPlane controlPlane)
    {
        await using var process = RawStream.Delta(controlPlane.Channel);
        await process.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, Node = RawStream.Node("process", 8001) }, Cancellation);
        await RawStream.NextAsync(process);
        Assert.Contains("process", controlPlane.State.Workloads.Instances.Keys);
    }

    private static IEnumerable<uint> Ports(DeltaDiscoveryResponse response) => Endpoints(response).Select(endpoint => endpoint.Endpoint.Address.SocketAddress.PortValue);

    private static IEnumerable<LbEndpoint> Endpoints(DeltaDiscoveryResponse response) =>
        from resource in response.Resources
        from locality in ClusterLoadAssignment.Parser.ParseFrom(resource.Resource_.Value).Endpoints
        from endpoint in locality.LbEndpoints
        select endpoint;
}
