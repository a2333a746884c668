using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class AutoMutualTlsTests
{
    private const string Label = "security.istio.io/tlsMode";
    private const string V1 = "outbound|9080|v1|" + Bookinfo.Reviews;
    private const string External = "outbound|9080||api.example.com";
    private const string Partner = "outbound|9080||partner.example.com";

    [Fact]
    public void Generate_WithoutARule_OffersMutualTlsToEndpointsThatCan()
    {
        var cluster = Mesh().Cluster(Bookinfo.ReviewsRoutes)!;

        Assert.Null(cluster.TransportSocket);
        Assert.Collection(
            cluster.TransportSocketMatches,
            match =>
            {
                Assert.Equal(("tlsMode-istio", "istio"), (match.Name, match.Match.Fields["tlsMode"].StringValue));
                Assert.Equal("outbound_.9080_._." + Bookinfo.Reviews, Tls(match).Sni);
                Assert.Equal(["spiffe://cluster.local/ns/default/sa/bookinfo-reviews"], Names(Tls(match)));
            },
            match => Assert.Equal(
                ("tlsMode-disabled", 0, "envoy.transport_sockets.raw_buffer"),
                (match.Name, match.Match.Fields.Count, match.TransportSocket.Name)));
    }

    [Fact]
    public void Generate_OfASubset_SaysItInTheServerName()
    {
        var mesh = Mesh().Apply(MeshYaml.DestinationRule("reviews", "host: reviews\nsubsets: [{ name: v1, labels: { version: v1 } }]"));

        Assert.Equal("outbound_.9080_.v1_." + Bookinfo.Reviews, Tls(mesh.Cluster(V1)!.TransportSocketMatches[0]).Sni);
    }

    [Theory]
    [InlineData("istio", true)]
    [InlineData("disabled", false)]
    [InlineData(null, false)]
    public void Generate_Endpoints_AreMarkedByTheLabelOfTheWorkload(string? label, bool expected)
    {
        foreach (var client in new[] { GeneratedMesh.MeshClient, GeneratedMesh.Grpc })
        {
            Assert.Equal(expected, IsMarked(Endpoint(Mesh(label), Bookinfo.ReviewsRoutes, client)));
        }
    }

    [Theory]
    [InlineData("DISABLE", false)]
    [InlineData("PERMISSIVE", true)]
    [InlineData("STRICT", true)]
    public void Generate_Endpoints_AreNotMarkedWhereAPolicyTurnsItOff(string mode, bool expected)
    {
        var mesh = Mesh().Apply($"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{ name: default, namespace: default }}\nspec: {{ mtls: {{ mode: {mode} }} }}\n");

        Assert.Equal(expected, IsMarked(Endpoint(mesh, Bookinfo.ReviewsRoutes)));
    }

    [Fact]
    public void Generate_EndpointsOfAServiceEntry_AreMarkedUnlessTheyAreOutside()
    {
        const string Endpoints = "resolution: STATIC\nports: [{ number: 9080, name: http, protocol: HTTP }]\nendpoints: [{ address: 10.0.0.1, labels: { security.istio.io/tlsMode: istio } }]";
        var mesh = new GeneratedMesh(
            MeshYaml.ServiceEntry("inside", "hosts: [partner.example.com]\nlocation: MESH_INTERNAL\n" + Endpoints),
            MeshYaml.ServiceEntry("outside", "hosts: [api.example.com]\nlocation: MESH_EXTERNAL\n" + Endpoints));

        Assert.True(IsMarked(Endpoint(mesh, Partner)));
        Assert.NotEmpty(mesh.Cluster(Partner)!.TransportSocketMatches);
        Assert.False(IsMarked(Endpoint(mesh, External)));
        Assert.Empty(mesh.Cluster(External)!.TransportSocketMatches);
    }

    [Fact]
    public void Generate_WorkloadEntryWithTheLabel_IsMarked()
    {
        var mesh = new GeneratedMesh(
            Bookinfo.Services,
            MeshYaml.Of("WorkloadEntry", "vm", "address: 10.0.0.9\nserviceAccount: vm\nports: { http: 9080 }\nlabels: { app: reviews, security.istio.io/tlsMode: istio }"));

        Assert.True(IsMarked(Endpoint(mesh, Bookinfo.ReviewsRoutes)));
        Assert.Equal(["spiffe://cluster.local/ns/default/sa/vm"], Names(Tls(mesh.Cluster(Bookinfo.ReviewsRoutes)!.TransportSocketMatches[0])));
    }

    [Fact]
    public void Generate_ForGrpcsOwnClients_HasNoMatches() => Assert.Empty(Mesh().Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.TransportSocketMatches);

    [Theory]
    [InlineData("enableAutoMtls: false", "loadBalancer: { simple: RANDOM }")]
    [InlineData("enableAutoMtls: true", "tls: { mode: DISABLE }")]
    [InlineData("enableAutoMtls: true", "tls: { mode: SIMPLE }")]
    [InlineData("enableAutoMtls: true", "tls: { mode: ISTIO_MUTUAL }")]
    public void Generate_WhenTurnedOffOrDecidedByARule_HasNoMatches(string settings, string policy)
    {
        var mesh = Mesh().Apply(MeshYaml.Settings(settings)).Apply(MeshYaml.DestinationRule("reviews", $"host: reviews\ntrafficPolicy: {{ {policy} }}"));

        Assert.Empty(mesh.Cluster(Bookinfo.ReviewsRoutes)!.TransportSocketMatches);
    }

    [Theory]
    [InlineData("HTTPS")]
    [InlineData("TLS")]
    public void Generate_WhereTheApplicationSpeaksTls_HasNoMatches(string protocol)
    {
        var mesh = new GeneratedMesh(MeshYaml.ServiceEntry(
            "inside", $"hosts: [partner.example.com]\nlocation: MESH_INTERNAL\nresolution: STATIC\nports: [{{ number: 9080, name: p, protocol: {protocol} }}]\nendpoints: [{{ address: 10.0.0.1 }}]"));

        Assert.Empty(mesh.Cluster(Partner)!.TransportSocketMatches);
    }

    [Fact]
    public void Generate_WithTrustDomainAliases_BelievesTheAccountsInEachOfThem()
    {
        var mesh = Mesh().Apply(MeshYaml.Settings("trustDomain: new.example\ntrustDomainAliases: [old.example, cluster.local]"));

        Assert.Equal(
            [
                "spiffe://cluster.local/ns/default/sa/bookinfo-reviews",
                "spiffe://new.example/ns/default/sa/bookinfo-reviews",
                "spiffe://old.example/ns/default/sa/bookinfo-reviews",
            ],
            Names(Tls(mesh.Cluster(Bookinfo.ReviewsRoutes)!.TransportSocketMatches[0])));
    }

    [Fact]
    public void S23_WithoutAnyKnownAccount_BelievesNobody()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, MeshYaml.DestinationRule("reviews", "host: reviews\ntrafficPolicy: { tls: { mode: ISTIO_MUTUAL } }"));

        foreach (var client in new[] { GeneratedMesh.MeshClient, GeneratedMesh.Grpc })
        {
            // The slash at the end makes it an id that no certificate can carry.
            Assert.Equal(["spiffe://cluster.local/ns/default/sa/"], Names(mesh.Cluster(Bookinfo.ReviewsRoutes, client)!.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>()));
        }
    }

    private static GeneratedMesh Mesh(string? label = "istio")
    {
        var process = Bookinfo.Process("reviews", "v1", 40001) with { ServiceAccount = "bookinfo-reviews" };
        return new GeneratedMesh(Bookinfo.Services).With(label is null ? process : process with { Labels = process.Labels.SetItem(Label, label) });
    }

    private static LbEndpoint Endpoint(GeneratedMesh mesh, string name, ClientView? client = null) =>
        Assert.Single(Assert.Single(mesh.Endpoints(name, client)!.Endpoints).LbEndpoints);

    private static bool IsMarked(LbEndpoint endpoint) =>
        endpoint.Metadata is { } metadata
        && metadata.FilterMetadata.TryGetValue("envoy.transport_socket_match", out var labels)
        && labels.Fields["tlsMode"].StringValue == "istio";

    private static UpstreamTlsContext Tls(Cluster.Types.TransportSocketMatch match) => match.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>();

#pragma warning disable CS0612 // gRPC's clients and ours read the deprecated field.
    private static IEnumerable<string> Names(UpstreamTlsContext context) =>
        context.CommonTlsContext.CombinedValidationContext.DefaultValidationContext.MatchSubjectAltNames.Select(name => name.Exact);
#pragma warning restore CS0612
}
