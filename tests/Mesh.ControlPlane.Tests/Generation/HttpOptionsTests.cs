using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using HttpProtocolOptions = Mesh.Protocol.Envoy.Upstreams.Http.HttpProtocolOptions;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class HttpOptionsTests
{
    private const string Key = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    [Fact]
    public void Generate_WithoutSettings_HasNone() => Assert.Null(Options(Mesh("loadBalancer: { simple: RANDOM }")));

    [Fact]
    public void Generate_ConnectionLives_AreCommonOptions()
    {
        var mesh = Mesh("connectionPool: { tcp: { maxConnectionDuration: 8s, idleTimeout: 9s, tcpKeepalive: { probes: 3, time: 7s, interval: 2s } }, http: { maxRequestsPerConnection: 5 } }");

        var options = Options(mesh)!;
        Assert.Equal((9L, 8L, 5u), (options.CommonHttpProtocolOptions.IdleTimeout.Seconds, options.CommonHttpProtocolOptions.MaxConnectionDuration.Seconds, options.CommonHttpProtocolOptions.MaxRequestsPerConnection!.Value));
        Assert.NotNull(options.UseDownstreamProtocolConfig);
        Assert.Equal(
            new TcpKeepalive { KeepaliveProbes = 3, KeepaliveTime = 7, KeepaliveInterval = 2 },
            mesh.Cluster(Bookinfo.ReviewsRoutes)!.UpstreamConnectionOptions.TcpKeepalive);
        Assert.Empty(mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.TypedExtensionProtocolOptions);
    }

    [Fact]
    public void Generate_BothIdleTimeouts_TakesThatOfHttp() =>
        Assert.Equal(4, Options(Mesh("connectionPool: { tcp: { idleTimeout: 9s }, http: { idleTimeout: 4s } }"))!.CommonHttpProtocolOptions.IdleTimeout.Seconds);

    [Theory]
    [InlineData("h2UpgradePolicy: UPGRADE", nameof(HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig))]
    [InlineData("h2UpgradePolicy: UPGRADE, maxConcurrentStreams: 3", nameof(HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig))]
    [InlineData("useClientProtocol: true", nameof(HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig))]
    [InlineData("http2KeepAlive: { interval: 5s, timeout: 1s }", nameof(HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig))]
    public void Generate_Protocol_IsSaidByThePolicy(string http, string expected) =>
        Assert.Equal(expected, Options(Mesh($"connectionPool: {{ http: {{ {http} }} }}"))!.UpstreamProtocolOptionsCase.ToString());

    [Theory]
    [InlineData("h2UpgradePolicy: DO_NOT_UPGRADE", true)]
    [InlineData("useClientProtocol: true", true)]
    [InlineData("http2KeepAlive: { interval: 5s, timeout: 1s }", false)]
    public void Generate_WhereAnUpgradeIsNotWanted_SaysSo(string http, bool expected) =>
        Assert.Equal(expected, Options(Mesh($"connectionPool: {{ http: {{ {http} }} }}"))!.UseDownstreamProtocolConfig.HttpProtocolOptions is not null);

    [Theory]
    [InlineData("{ mode: SIMPLE }", true, true)]
    [InlineData("{ mode: SIMPLE, subjectAltNames: [a] }", true, false)]
    [InlineData("{ mode: SIMPLE, insecureSkipVerify: true }", true, false)]
    public void Generate_TlsWithoutSni_AsksForTheHost(string tls, bool autoSni, bool autoValidation)
    {
        var upstream = Options(Mesh($"tls: {tls}"))!.UpstreamHttpProtocolOptions;

        Assert.Equal((autoSni, autoValidation), (upstream.AutoSni, upstream.AutoSanValidation));
    }

    [Fact]
    public void Generate_TlsWithSni_AsksForThat() => Assert.Null(Options(Mesh("tls: { mode: SIMPLE, sni: a }")));

    [Fact]
    public void Generate_TlsToHttp2_OffersNothingElse()
    {
        var socket = Mesh("tls: { mode: SIMPLE }, connectionPool: { http: { h2UpgradePolicy: UPGRADE } }").Cluster(Bookinfo.ReviewsRoutes)!.TransportSocket;

        Assert.Equal(["h2"], socket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext.AlpnProtocols);
    }

    private static HttpProtocolOptions? Options(GeneratedMesh mesh) =>
        mesh.Cluster(Bookinfo.ReviewsRoutes)!.TypedExtensionProtocolOptions.TryGetValue(Key, out var any) ? any.Unpack<HttpProtocolOptions>() : null;

    private static GeneratedMesh Mesh(string policy) => new(Bookinfo.Services, $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews }
        spec:
          host: reviews
          trafficPolicy: { {{policy}} }
        """);
}
