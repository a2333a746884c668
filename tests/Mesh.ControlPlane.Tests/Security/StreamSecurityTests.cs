using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>What the TLS port asks of a stream (security cases S40 to S43 and S48), over the real wire.</summary>
public sealed class StreamSecurityTests : IAsyncLifetime
{
    private const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ledger, namespace: bank, annotations: {networking.istio.io/exportTo: "."}}
        spec: {selector: {app: ledger}, ports: [{name: http, port: 80}]}
        """;

    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await RunningControlPlane.StartAsync(Services);

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task S40_StreamWithoutCredentials_IsRefused()
    {
        using var channel = WorkloadChannel.Open(_mesh);
        await using var call = RawStream.Delta(channel);
        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);

        var end = await RawStream.EndAsync(call);

        Assert.Equal(GrpcStatusCode.Unauthenticated, end.Code);
        Assert.Empty(_mesh.State.Clients.Current);
    }

    [Fact]
    public async Task S40_CertificateOfAnotherAuthority_EndsTheHandshake()
    {
        _mesh.Logs.Expect("XdsCertificateRefused");
        using var channel = WorkloadChannel.Open(_mesh, Stranger.Issue("default", "reviews"));
        await using var call = RawStream.Delta(channel);

        var end = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);
            await RawStream.NextAsync(call);
        });

        Assert.True(end is GrpcException { Code: GrpcStatusCode.Unavailable } or AuthenticationException or IOException, end.ToString());
        Assert.Contains(_mesh.Logs.Entries, entry => entry.EventName == "XdsCertificateRefused");
    }

    [Fact]
    public async Task S40_PlaintextTurnedOff_LeavesNoPortWithoutCredentials()
    {
        await using var mesh = await RunningControlPlane.StartAsync(Services, configure: options => options.Plaintext = false);

        Assert.Null(mesh.PlaintextAddress);
        using var channel = WorkloadChannel.Open(mesh);
        await using var call = RawStream.Delta(channel);
        Assert.Equal(GrpcStatusCode.Unauthenticated, (await RawStream.EndAsync(call)).Code);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void S40_PlaintextPort_StaysOnLoopbackWhateverTheAddress(string address)
    {
        var options = new MeshControlPlaneOptions { Address = address, XdsPort = 15010 };

        Assert.True(System.Net.IPAddress.IsLoopback(Mesh.ControlPlane.Hosting.Listening.ListenPlan.Plaintext(options).Address));
    }

    [Fact]
    public async Task Stream_WithACertificateOfTheMesh_IsServed()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var call = RawStream.Delta(channel);

        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);

        Assert.Equal("reviews:9080", Assert.Single((await RawStream.NextAsync(call)).Resources).Name);
        Assert.Equal("reviews", Assert.Single(_mesh.State.Clients.Current).Caller?.ServiceAccount);
    }

    [Theory]
    [InlineData("namespace")]
    [InlineData("account")]
    [InlineData("id")]
    public async Task S41_NodeThatClaimsToBeAnother_IsDenied(string claim)
    {
        _mesh.Logs.Expect("XdsRefused");
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("shop", "web"));
        var node = RawStream.Node(claim == "id" ? "sidecar~10.0.0.1~ledger.bank~bank.svc.cluster.local" : "web-1");
        node.Metadata.Fields[NodeMetadataKeys.Namespace] = Value.ForString(claim == "namespace" ? "bank" : "shop");
        node.Metadata.Fields[NodeMetadataKeys.ServiceAccount] = Value.ForString(claim == "account" ? "ledger" : "web");
        await using var call = RawStream.Delta(channel);
        await call.WriteAsync(Ask(node, XdsTypeUrl.Listener, "reviews:9080"), Cancellation);

        Assert.Equal(GrpcStatusCode.PermissionDenied, (await RawStream.EndAsync(call)).Code);
    }

    [Fact]
    public async Task S41_NodeIdOfAnotherWorkload_DoesNotTakeOverItsRegistration()
    {
        _mesh.Logs.Expect("WorkloadRejected").Expect("XdsRefused");
        using var mine = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var first = RawStream.Delta(mine);
        await first.WriteAsync(Ask(RawStream.Node("node-1", 7001), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);
        await RawStream.NextAsync(first);

        using var others = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "mallory"));
        await using var second = RawStream.Delta(others);
        await second.WriteAsync(Ask(RawStream.Node("node-1", 6666), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);
        await RawStream.EndAsync(second);

        var held = Assert.Single(_mesh.State.Workloads.Instances.Values);
        Assert.Equal(("reviews", 7001), (held.ServiceAccount, held.Ports["http"]));
    }

    [Fact]
    public async Task S42_NamesThatAreNotVisible_LookLikeNamesThatDoNotExist()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var call = RawStream.Delta(channel);
        string[] hidden = ["outbound|80||ledger.bank.svc.cluster.local"];
        string[] missing = ["outbound|80||nothing.bank.svc.cluster.local"];
        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.ClusterLoadAssignment, [.. hidden, .. missing]), Cancellation);

        var response = await RawStream.NextAsync(call);

        Assert.Empty(response.Resources);
        Assert.Equal(hidden.Concat(missing).Order(), response.RemovedResources.Order());
    }

    [Fact]
    public async Task S42_Wildcard_ListsNothingThatIsNotVisible()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var call = RawStream.Delta(channel);
        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Cluster, "*"), Cancellation);

        var response = await RawStream.NextAsync(call);

        Assert.Contains(response.Resources, resource => resource.Name.Contains("reviews", StringComparison.Ordinal));
        Assert.DoesNotContain(response.Resources, resource => resource.Name.Contains("ledger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S42_InboundListenerOfAnotherWorkload_DoesNotExistForTheAsking()
    {
        using var owner = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var owners = RawStream.Delta(owner);
        var node = RawStream.Node("reviews-1", 7001);
        node.Metadata.Fields[NodeMetadataKeys.Labels] = Value.ForStruct(new Struct { Fields = { ["app"] = Value.ForString("reviews") } });
        const string Inbound = "xds.istio.io/grpc/lds/inbound/127.0.0.1:7001";
        await owners.WriteAsync(Ask(node, XdsTypeUrl.Listener, Inbound), Cancellation);
        Assert.Single((await RawStream.NextAsync(owners)).Resources);
        await _mesh.ShowsEndpointAsync("reviews.default.svc.cluster.local", 7001);

        using var other = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "mallory"));
        await using var others = RawStream.Delta(other);
        await others.WriteAsync(Ask(RawStream.Node("mallory-1"), XdsTypeUrl.Listener, Inbound), Cancellation);
        var response = await RawStream.NextAsync(others);

        Assert.Empty(response.Resources);
        Assert.Equal([Inbound], response.RemovedResources);
    }

    [Fact]
    public async Task S43_Secrets_AreTheRootsAndNothingElse()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var call = RawStream.Delta(channel);
        string[] others = ["default", "kubernetes://bank/tls", "spiffe://cluster.local/ns/bank/sa/ledger", "*"];
        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Secret, ["ROOTCA", .. others]), Cancellation);

        var response = await RawStream.NextAsync(call);

        var secret = Secret.Parser.ParseFrom(Assert.Single(response.Resources).Resource_.Value);
        Assert.Equal(Secret.TypeOneofCase.ValidationContext, secret.TypeCase);
        Assert.DoesNotContain("PRIVATE KEY", secret.ToString(), StringComparison.Ordinal);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(secret.ValidationContext.TrustedCa.InlineString);
        Assert.Equal(_mesh.State.Security.Authority.Bundles.Own!.Roots[0].Thumbprint, roots[0].Thumbprint);
        var spiffe = secret.ValidationContext.CustomValidatorConfig.TypedConfig.Unpack<SPIFFECertValidatorConfig>();
        Assert.Equal("cluster.local", Assert.Single(spiffe.TrustDomains).Name);
    }

    [Fact]
    public async Task S48_RegistrationWithoutAnAccount_GetsTheOneOfItsCertificate()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "bookinfo-reviews"));
        await using var call = RawStream.Delta(channel);
        await call.WriteAsync(Ask(RawStream.Node("reviews-1", 7001), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);
        await RawStream.NextAsync(call);

        var workload = Assert.Single(_mesh.State.Workloads.Instances.Values);

        Assert.Equal("bookinfo-reviews", workload.ServiceAccount);
        Assert.True(workload.IsAuthenticated);
    }

    [Fact]
    public async Task Stream_WhoseCertificateExpires_IsClosedInGoodOrder()
    {
        using var channel = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews", TimeSpan.FromSeconds(3)));
        await using var call = RawStream.Delta(channel);
        await call.WriteAsync(Ask(RawStream.Node("a"), XdsTypeUrl.Listener, "reviews:9080"), Cancellation);
        await RawStream.NextAsync(call);

        Assert.Null(await call.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
    }

    [Fact]
    public async Task TrustBundle_OfTheTlsPort_IsForEverybody()
    {
        using var client = new HttpClient(WorkloadChannel.Handler(_mesh));

        var roots = await client.GetStringAsync(new Uri(_mesh.SecureAddress, "/trust-bundle"), Cancellation);

        Assert.Contains("BEGIN CERTIFICATE", roots, StringComparison.Ordinal);
    }

    private static DeltaDiscoveryRequest Ask(Node node, string typeUrl, params string[] names) =>
        new() { Node = node, TypeUrl = typeUrl, ResourceNamesSubscribe = { names } };
}
