using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Security;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Admin;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Envoy.Status;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using static Mesh.Protocol.Envoy.Status.ClientConfig.Types;

namespace Mesh.ControlPlane.Tests.Serving.ClientStates;

/// <summary>The state of connected clients in the form of CSDS, and who may ask for it.</summary>
public sealed class StatusServiceTests : IAsyncLifetime
{
    private const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        """;

    private const string Cluster = "outbound|9080||reviews.default.svc.cluster.local";

    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await RunningControlPlane.StartAsync(Services);

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task Fetch_AfterAnAcknowledgement_ShowsVersionAndContents()
    {
        await using var client = await ConnectAsync(_mesh.Channel, [Cluster, "outbound|80||none"]);
        await AcknowledgeAsync(client, error: null);

        var (acked, absent) = (await OneAsync(Cluster, ClientResourceStatus.Acked), await OneAsync("outbound|80||none", ClientResourceStatus.DoesNotExist));

        Assert.Equal(ConfigStatus.Synced, acked.ConfigStatus);
        Assert.NotEmpty(acked.VersionInfo);
        Assert.NotNull(acked.LastUpdated);
        Assert.Equal(XdsTypeUrl.Cluster, acked.XdsConfig.TypeUrl);
        Assert.Null(absent.XdsConfig);
    }

    [Fact]
    public async Task Fetch_AfterARefusal_ShowsTheClientsWords()
    {
        _mesh.Logs.Expect("XdsRejected");
        await using var client = await ConnectAsync(_mesh.Channel, [Cluster]);
        await AcknowledgeAsync(client, error: "no such balancer");

        var nacked = await OneAsync(Cluster, ClientResourceStatus.Nacked);

        Assert.Equal(ConfigStatus.Error, nacked.ConfigStatus);
        Assert.Equal("no such balancer", nacked.ErrorState.Details);
        Assert.NotNull(nacked.ErrorState.LastUpdateAttempt);
    }

    [Fact]
    public async Task Fetch_WithoutContents_HasNone()
    {
        await using var client = await ConnectAsync(_mesh.Channel, [Cluster]);
        await AcknowledgeAsync(client, error: null);
        await OneAsync(Cluster, ClientResourceStatus.Acked);

        var config = Assert.Single((await FetchAsync(_mesh.Channel, null, new ClientStatusRequest { ExcludeResourceContents = true })).Config);

        Assert.All(config.GenericXdsConfigs, item => Assert.Null(item.XdsConfig));
        Assert.Equal("sidecar~127.0.0.1~a.default~default.svc.cluster.local", config.Node.Id);
    }

    [Fact]
    public async Task S44_StateOfAnotherIdentity_IsNotTold()
    {
        using var reviews = _mesh.Issue("default", "reviews");
        using var ledger = _mesh.Issue("bank", "ledger");
        using var own = WorkloadChannel.Open(_mesh, reviews);
        await using var client = await ConnectAsync(own, [Cluster]);
        await AcknowledgeAsync(client, error: null);

        Assert.Single((await FetchAsync(own, null, new ClientStatusRequest())).Config);
        using var other = WorkloadChannel.Open(_mesh, ledger);
        Assert.Empty((await FetchAsync(other, null, new ClientStatusRequest())).Config);
        using var nobody = WorkloadChannel.Open(_mesh);
        Assert.Equal(GrpcStatusCode.Unauthenticated, (await Assert.ThrowsAsync<GrpcException>(() => FetchAsync(nobody, null, new ClientStatusRequest()))).Code);
    }

    [Fact]
    public async Task Fetch_WithATokenOfTheApi_TellsOfItsNamespaces()
    {
        using var certificate = _mesh.Issue("default", "reviews");
        using var own = WorkloadChannel.Open(_mesh, certificate);
        await using var client = await ConnectAsync(own, [Cluster]);
        using var nobody = WorkloadChannel.Open(_mesh);

        Assert.Single((await FetchAsync(nobody, TokenOf(new RoleGrant(Role.Viewer, "default")), new ClientStatusRequest())).Config);
        Assert.Empty((await FetchAsync(nobody, TokenOf(new RoleGrant(Role.Viewer, "bank")), new ClientStatusRequest())).Config);
    }

    private string TokenOf(RoleGrant grant) => _mesh.State.Security.Tokens.CreateApi("tester", [grant], TimeSpan.FromHours(1)).Text;

    private static async Task<GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> ConnectAsync(GrpcChannel channel, string[] names)
    {
        var call = RawStream.Delta(channel);
        var node = RawStream.Node("sidecar~127.0.0.1~a.default~default.svc.cluster.local");
        await call.WriteAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { names } }, Cancellation);
        return call;
    }

    private static async Task AcknowledgeAsync(GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, string? error)
    {
        var response = await call.ReadAsync(Cancellation);
        await call.WriteAsync(
            new DeltaDiscoveryRequest
            {
                TypeUrl = XdsTypeUrl.Cluster,
                ResponseNonce = response!.Nonce,
                ErrorDetail = error is null ? null : new Mesh.Protocol.Google.Rpc.Status { Code = 3, Message = error },
            },
            Cancellation);
    }

    private static async Task<ClientStatusResponse> FetchAsync(GrpcChannel channel, string? token, ClientStatusRequest request)
    {
        var options = token is null ? null : new GrpcCallOptions { Headers = [new("authorization", $"Bearer {token}")] };
        await using var call = channel.Start(StatusMethods.FetchClientStatus, options, Cancellation);
        await call.WriteAsync(request, Cancellation);
        await call.CompleteAsync();
        return (await call.ReadAsync(Cancellation))!;
    }

    private async Task<GenericXdsConfig> OneAsync(string name, ClientResourceStatus expected)
    {
        GenericXdsConfig? found = null;
        await Eventually.ReachesAsync(
            $"{name} is {expected}",
            async () =>
            {
                var response = await FetchAsync(_mesh.Channel, null, new ClientStatusRequest());
                found = response.Config.SelectMany(config => config.GenericXdsConfigs).FirstOrDefault(item => item.Name == name);
                return found?.ClientStatus == expected;
            },
            () => $"{found}",
            cancellationToken: Cancellation);
        return found!;
    }
}
