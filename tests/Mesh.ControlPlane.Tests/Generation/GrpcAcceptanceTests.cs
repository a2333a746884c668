using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Everything that shapes a client's view at once, and no resource that one of gRPC's clients refuses or dies of.</summary>
public sealed class GrpcAcceptanceTests
{
    private static readonly string[] Resources =
    [
        Bookinfo.Services,
        MeshYaml.Settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}\nh2UpgradePolicy: UPGRADE\ntcpKeepalive: {time: 10s}\ndefaultHttpRetryPolicy: {attempts: 9, retryOn: '5xx,503'}\ndefaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}"),
        MeshYaml.Sidecar("default", "egress: [{port: {number: 9080, protocol: HTTP, name: http}, hosts: ['./*']}, {hosts: ['*/*']}]\noutboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: ratings.default.svc.cluster.local, port: {number: 9080}}}"),
        MeshYaml.VirtualService("root", "hosts: [reviews]\nhttp: [{match: [{uri: {prefix: /reviews}}], delegate: {name: delegate}}, {redirect: {uri: /x}}]"),
        MeshYaml.VirtualService("delegate", "http: [{match: [{uri: {prefix: /reviews/1}}], directResponse: {status: 200}}, {mirror: {host: details}, rewrite: {uri: /r}, route: [{destination: {host: ratings}}]}]"),
        MeshYaml.VirtualService("only", "hosts: [shop.example.com]\nhttp: [{directResponse: {status: 404}}]"),
        MeshYaml.DestinationRule("reviews", "host: reviews\ntrafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x}, localityLbSetting: {failoverPriority: [version, topology.kubernetes.io/region]}}}"),
        MeshYaml.DestinationRule("ratings", "host: ratings\ntrafficPolicy: {loadBalancer: {simple: LEAST_REQUEST, localityLbSetting: {distribute: [{from: '*', to: {eu: 60, us: 40}}]}}}"),
        MeshYaml.ServiceEntry("dns", "hosts: [dns.example.com]\nresolution: DNS\nports: [{number: 80, name: http, protocol: HTTP}]\nendpoints: [{address: a.example.net}, {address: b.example.net}, {address: 10.0.0.1}]"),
        MeshYaml.ServiceEntry("rr", "hosts: [rr.example.com]\nresolution: DNS_ROUND_ROBIN\nports: [{number: 80, name: http, protocol: HTTP}]"),
        MeshYaml.ServiceEntry("none", "hosts: [none.example.com]\nresolution: NONE\nports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS}]"),
        MeshYaml.ServiceEntry("static", "hosts: [static.example.com]\nresolution: STATIC\nports: [{number: 80, name: http, protocol: HTTP}]\nendpoints: [{address: 10.0.0.1, weight: 4294967295}, {address: 10.0.0.2, locality: eu, weight: 4294967295}, {address: 'unix:///run/x'}]"),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("eu/a/1")]
    public void Generate_ForGrpc_HoldsWhatAllItsClientsAccept(string locality)
    {
        var mesh = new GeneratedMesh(Resources).With(
            At("reviews", "v1", 40001, "eu/a/1"), At("reviews", "v2", 40002, "eu/b"), At("reviews", "v1", 40003, "us"), At("reviews", "v2", 40004, "eu/a/1"),
            At("ratings", "v1", 40011, "eu/a"), At("ratings", "v1", 40012, "us"), At("ratings", "v1", 40013, "asia"), At("ratings", "v1", 40014, "eu/b"));
        var view = GeneratedMesh.Grpc with { Locality = locality };
        var (state, generator) = (mesh.State, mesh.Generator);

        var listeners = generator.NamesOf(state, view, XdsTypeUrl.Listener);
        Assert.Contains("none.example.com:443", listeners);
        Assert.All(listeners, name => GrpcRules.Check(mesh.Listener(name, view)!));
        Assert.Null(mesh.Listener("unknown.example.com:80", view));
        Assert.Null(mesh.Listener("shop.example.com:80", view));
        var clusters = generator.NamesOf(state, view, XdsTypeUrl.Cluster);
        Assert.All(clusters, name =>
        {
            GrpcRules.Check(mesh.Cluster(name, view)!);
            GrpcRules.Check(mesh.Endpoints(name, view)!);
            if (name.Contains("||", StringComparison.Ordinal))
            {
                GrpcRules.Check(mesh.Routes(name, view)!);
            }
        });
    }

    private static WorkloadInstance At(string app, string version, int port, string locality) => Bookinfo.Process(app, version, port) with { Locality = locality };
}
