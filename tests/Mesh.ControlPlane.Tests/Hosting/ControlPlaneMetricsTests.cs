using Mesh.ControlPlane.Tests.Security;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>What <c>/metrics</c> of a running control plane says, under istiod's names.</summary>
public sealed class ControlPlaneMetricsTests
{
    private const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: default}
        spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_OfAMeshWithAClient_TellWhatItHasAndWasSent()
    {
        await using var mesh = await RunningControlPlane.StartAsync(Services);
        await using var call = RawStream.Delta(mesh.Channel);
        await call.WriteAsync(Ask(), Cancellation);
        var listener = await RawStream.NextAsync(call);
        await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Listener, ResponseNonce = listener.Nonce, ErrorDetail = new() { Code = 3, Message = "no" } }, Cancellation);
        mesh.Logs.Expect("XdsRejected");
        await Eventually.ReachesAsync(
            "the rejection is known", () => mesh.State.Clients.Current.Any(client => client.Subscriptions.Values.Any(status => status.Rejection is not null)), cancellationToken: Cancellation);

        var text = await ScrapeAsync(mesh);

        Assert.Contains("pilot_xds_lds_reject 1\n", text, StringComparison.Ordinal);

        Assert.Contains("# TYPE pilot_xds gauge\npilot_xds 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pilot_services 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pilot_virt_services 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pilot_eds_no_instances 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE pilot_xds_pushes counter\npilot_xds_pushes{type=\"lds\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pilot_total_xds_rejects{type=\"lds\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pilot_xds_send_time_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("citadel_server_root_cert_expiry_timestamp ", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_cpu_time", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfTheAuthority_CountWhatWasAskedAndIssued()
    {
        await using var mesh = await RunningControlPlane.StartAsync();
        using var stranger = WorkloadChannel.Open(mesh);

        await Assert.ThrowsAsync<GrpcException>(() => stranger.UnaryAsync(CertificateMethods.CreateCertificate, new IstioCertificateRequest { Csr = "x" }, new GrpcCallOptions(), Cancellation));
        var text = await ScrapeAsync(mesh);

        Assert.Contains("citadel_server_csr_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("citadel_server_authentication_failure_count 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("citadel_server_success_cert_issuance_count ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfTwoControlPlanesInOneProcess_AreApart()
    {
        await using var one = await RunningControlPlane.StartAsync(Services);
        await using var other = await RunningControlPlane.StartAsync();

        Assert.Contains("\npilot_services 1\n", await ScrapeAsync(one), StringComparison.Ordinal);
        Assert.Contains("\npilot_services 0\n", await ScrapeAsync(other), StringComparison.Ordinal);
    }

    private static Task<string> ScrapeAsync(RunningControlPlane mesh) => Http.GetAsync(new Uri(mesh.HttpAddress, "/metrics"));

    private static DeltaDiscoveryRequest Ask() =>
        new() { Node = RawStream.Node("a"), TypeUrl = XdsTypeUrl.Listener, ResourceNamesSubscribe = { "reviews:9080" } };
}
