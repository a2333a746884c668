using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Clusters;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Testing;
using static Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types.HTTPSettings.Types;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What the mesh configuration changes where resources say nothing.</summary>
public sealed class MeshSettingsTests
{
    [Theory]
    [InlineData(null, "", 2u)]
    [InlineData("{attempts: 5, retryOn: 5xx}", "", 5u)]
    [InlineData("{attempts: 0}", "", null)]
    [InlineData("{attempts: 5}", "retries: {attempts: 1}, ", 1u)]
    [InlineData("{attempts: 0}", "retries: {attempts: 1}, ", 1u)]
    [InlineData("{attempts: 5}", "retries: {attempts: 0}, ", null)]
    public void Retries_WithoutTheirOwn_AreTheMeshs(string? mesh, string own, uint? expected)
    {
        foreach (var rules in new[] { Bookinfo.Rules($"[{{{own}route: [{{destination: {{host: reviews}}}}]}}]"), "" })
        {
            if (own.Length > 0 && rules.Length == 0)
            {
                continue;
            }

            var generated = Mesh(mesh is null ? "" : $"defaultHttpRetryPolicy: {mesh}", rules);
            Assert.Equal(expected, generated.ReviewsRoutes()[0].Route_.RetryPolicy?.NumRetries);
        }
    }

    [Fact]
    public void TrustDomain_OfTheMesh_IsInTheIdentitiesOfServices()
    {
        var mesh = Mesh("trustDomain: mesh.example", MeshYaml.DestinationRule("r", "host: reviews\ntrafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"))
            .With(Bookinfo.Process("reviews", "v1", 40001));

        var tls = mesh.Cluster(Bookinfo.ReviewsRoutes)!.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext;
#pragma warning disable CS0612 // The field that gRPC's clients read (gRFC A29).
        Assert.Equal("spiffe://mesh.example/ns/default/sa/default", Assert.Single(tls.CombinedValidationContext.DefaultValidationContext.MatchSubjectAltNames).Exact);
#pragma warning restore CS0612
    }

    [Theory]
    [InlineData("defaultServiceExportTo: ['.']", false)]
    [InlineData("defaultServiceExportTo: [other]", true)]
    [InlineData("defaultServiceExportTo: ['*']", true)]
    public void ExportTo_OfServicesThatSayNothing_IsTheMeshs(string mesh, bool seen) =>
        Assert.Equal(seen, Mesh(mesh).Listener("reviews.default:9080", GeneratedMesh.MeshClient with { Namespace = "other" }) is not null);

    [Theory]
    [InlineData("{}", 0u, 0L, 0L)]
    [InlineData("{tcpKeepalive: {probes: 3, time: 10s}}", 3u, 10L, 0L)]
    [InlineData("{tcpKeepalive: {probes: 3, time: 10s}} {tcp: {tcpKeepalive: {time: 20s, interval: 5s}}}", 3u, 20L, 5L)]
    public void Complete_Keepalive_IsOverriddenValueByValue(string input, uint probes, long time, long interval)
    {
        var keepalive = Complete(input).Tcp.TcpKeepalive;

        Assert.Equal((probes, time, interval), (keepalive?.Probes ?? 0, keepalive?.Time?.Seconds ?? 0, keepalive?.Interval?.Seconds ?? 0));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("{h2UpgradePolicy: UPGRADE}", H2UpgradePolicy.Upgrade)]
    [InlineData("{h2UpgradePolicy: UPGRADE} {http: {maxRetries: 1}}", H2UpgradePolicy.Upgrade)]
    [InlineData("{h2UpgradePolicy: UPGRADE} {http: {h2UpgradePolicy: DO_NOT_UPGRADE}}", H2UpgradePolicy.DoNotUpgrade)]
    [InlineData("{h2UpgradePolicy: UPGRADE} {http: {useClientProtocol: true}}", H2UpgradePolicy.Default)]
    [InlineData("{} {http: {h2UpgradePolicy: UPGRADE}}", H2UpgradePolicy.Upgrade)]
    internal void Complete_H2Upgrade_IsTheMeshsWhereTheRuleHasTheDefault(string input, H2UpgradePolicy? expected) =>
        Assert.Equal(expected, Complete(input).Http?.H2UpgradePolicy);

    [Theory]
    [InlineData(nameof(ServiceProtocol.Http), true, true)]
    [InlineData(nameof(ServiceProtocol.Http2), true, true)]
    [InlineData(nameof(ServiceProtocol.Grpc), true, true)]
    [InlineData(nameof(ServiceProtocol.Unspecified), false, true)]
    [InlineData(nameof(ServiceProtocol.Https), false, false)]
    [InlineData(nameof(ServiceProtocol.Tls), false, false)]
    [InlineData(nameof(ServiceProtocol.Tcp), false, false)]
    public void IsHttp2_UpgradedByTheMeshOrTheRule_DependsOnWhatThePortSays(string port, bool byMesh, bool byRule)
    {
        var protocol = Enum.Parse<ServiceProtocol>(port);

        Assert.Equal(byMesh, HttpOptionsTranslator.IsHttp2(protocol, Complete("{h2UpgradePolicy: UPGRADE}", protocol)));
        Assert.Equal(byRule, HttpOptionsTranslator.IsHttp2(protocol, Complete("{} {http: {h2UpgradePolicy: UPGRADE}}", protocol)));
    }

    [Fact]
    public void Complete_Policy_LeavesTheRuleItselfAlone()
    {
        var pool = new ConnectionPoolSettings { Http = new ConnectionPoolSettings.Types.HTTPSettings() };
        var before = pool.Clone();

        MeshDefaults.Complete(new TrafficPolicy { ConnectionPool = pool }, Settings("h2UpgradePolicy: UPGRADE"), ServiceProtocol.Http);

        Assert.Equal(before, pool);
    }

    /// <param name="input">The mesh configuration, and a connection pool after it.</param>
    /// <param name="protocol">What the port says it speaks.</param>
    private static ConnectionPoolSettings Complete(string input, ServiceProtocol protocol = ServiceProtocol.Http)
    {
        var parts = input.Split("} {", 2);
        var policy = new TrafficPolicy();
        if (parts.Length == 2)
        {
            policy = Manifest.Spec<DestinationRule>(Manifest.DestinationRule("r", $"host: r\ntrafficPolicy: {{connectionPool: {{{parts[1]}}}")).TrafficPolicy;
        }

        return MeshDefaults.Complete(policy, Settings(parts.Length == 2 ? parts[0] + "}" : parts[0]), protocol).ConnectionPool;
    }

    private static MeshSettings Settings(string mesh) => MeshSettings.Of(new GeneratedMesh(MeshYaml.Settings(mesh)).State.Config);

    private static GeneratedMesh Mesh(string mesh, params string[] yaml)
    {
        string[] all = [Bookinfo.Services, mesh.Length == 0 ? "" : MeshYaml.Settings(mesh), .. yaml];
        return new GeneratedMesh([.. all.Where(text => text.Length > 0)]);
    }
}
