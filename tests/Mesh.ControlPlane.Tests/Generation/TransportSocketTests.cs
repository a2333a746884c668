using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.Protocol.Envoy.Tls.CertificateValidationContext.Types;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class TransportSocketTests
{
    private const string V1 = "outbound|9080|v1|" + Bookinfo.Reviews;
    private const string V2 = "outbound|9080|v2|" + Bookinfo.Reviews;

    [Fact]
    public void Generate_IstioMutual_IsWhatIstiodSendsToProxylessClients()
    {
        var mesh = Mesh("trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }").With(
            Process("v1", 40001, "b-reviews"), Process("v2", 40002, "a-reviews"), Process("v3", 40003, "b-reviews"));

        foreach (var client in new[] { GeneratedMesh.MeshClient, GeneratedMesh.Grpc })
        {
            var context = Tls(mesh, Bookinfo.ReviewsRoutes, client)!;

            Assert.Equal(client == GeneratedMesh.Grpc ? "" : "outbound_.9080_._." + Bookinfo.Reviews, context.Sni);
            Assert.Empty(context.CommonTlsContext.AlpnProtocols);
            var common = context.CommonTlsContext;
            var validation = common.CombinedValidationContext.DefaultValidationContext;
            Assert.Equal(new CertificateProviderPluginInstance { InstanceName = "default", CertificateName = "default" }, common.TlsCertificateProviderInstance);
            Assert.Equal(new CertificateProviderPluginInstance { InstanceName = "default", CertificateName = "ROOTCA" }, validation.CaCertificateProviderInstance);
#pragma warning disable CS0612 // Older gRPC clients read these only.
            Assert.Equal("default", common.TlsCertificateCertificateProviderInstance.CertificateName);
            Assert.Equal("ROOTCA", common.CombinedValidationContext.ValidationContextCertificateProviderInstance.CertificateName);
            Assert.Equal(
                ["spiffe://cluster.local/ns/default/sa/a-reviews", "spiffe://cluster.local/ns/default/sa/b-reviews"],
                validation.MatchSubjectAltNames.Select(name => name.Exact));
#pragma warning restore CS0612
        }
    }

    [Theory]
    [InlineData("tls: { mode: DISABLE }")]
    [InlineData("loadBalancer: { simple: RANDOM }")]
    public void Generate_WithoutDemand_HasNoTransportSocket(string policy)
    {
        var mesh = Mesh($"trafficPolicy: {{ {policy} }}");

        Assert.Null(Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.MeshClient));
        Assert.Null(Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc));
    }

    [Fact]
    public void Generate_Simple_ReachesMeshClientWithNameAndFiles()
    {
        var mesh = Mesh("trafficPolicy: { tls: { mode: SIMPLE, sni: reviews.example.com, caCertificates: /etc/ca.pem, caCrl: /etc/crl.pem, subjectAltNames: [reviews.example.com] } }");

        var context = Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.MeshClient)!;
        var validation = context.CommonTlsContext.ValidationContext;
        Assert.Equal(("reviews.example.com", "/etc/ca.pem", "/etc/crl.pem"), (context.Sni, validation.TrustedCa.Filename, validation.Crl.Filename));
#pragma warning disable CS0612 // The field that clients read.
        Assert.Equal("reviews.example.com", Assert.Single(validation.MatchSubjectAltNames).Exact);
#pragma warning restore CS0612
        Assert.Empty(context.CommonTlsContext.TlsCertificates);
    }

    [Fact]
    public void Generate_SimpleForGrpc_IsNothingAndSaysSo()
    {
        var mesh = Mesh("trafficPolicy: { tls: { mode: SIMPLE } }");

        Assert.Null(Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc));

        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "FieldLeftOut" && entry.Message.Contains("tls mode Simple", StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_Mutual_PresentsTheClientsFiles()
    {
        var mesh = Mesh("trafficPolicy: { tls: { mode: MUTUAL, clientCertificate: /etc/cert.pem, privateKey: /etc/key.pem, caCertificates: /etc/ca.pem } }");

        var certificate = Assert.Single(Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.MeshClient)!.CommonTlsContext.TlsCertificates);

        Assert.Equal(("/etc/cert.pem", "/etc/key.pem"), (certificate.CertificateChain.Filename, certificate.PrivateKey.Filename));
    }

    [Fact]
    public void Generate_SimpleWithoutFiles_TrustsWhatWasAskedFor()
    {
        var system = Validation("{ mode: SIMPLE }");
        var secret = Tls(Mesh("trafficPolicy: { tls: { mode: MUTUAL, credentialName: secret } }"), Bookinfo.ReviewsRoutes)!.CommonTlsContext;
        var anybody = Validation("{ mode: SIMPLE, insecureSkipVerify: true }");

        Assert.NotNull(system.SystemRootCerts);
        Assert.Equal("kubernetes://secret", Assert.Single(secret.TlsCertificateSdsSecretConfigs).Name);
        Assert.Equal("kubernetes://secret-cacert", secret.CombinedValidationContext.ValidationContextSdsSecretConfig.Name);
        Assert.Null(secret.CombinedValidationContext.DefaultValidationContext.SystemRootCerts);
        Assert.Equal(TrustChainVerification.AcceptUntrusted, anybody.TrustChainVerification);
    }

    [Fact]
    public void Generate_ACredentialForEverybody_IsDemandedAndToldToTheOperator()
    {
        var mesh = Mesh("trafficPolicy: { tls: { mode: SIMPLE, credentialName: secret } }");

        Assert.NotNull(Tls(mesh, Bookinfo.ReviewsRoutes, GeneratedMesh.MeshClient)!.CommonTlsContext.CombinedValidationContext);

        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "FieldLeftOut" && entry.Message.Contains("tls.credentialName", StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_TlsOfOneSubset_HoldsForItAlone()
    {
        var mesh = Mesh("subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 }, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }]");

        Assert.Null(Tls(mesh, Bookinfo.ReviewsRoutes));
        Assert.Null(Tls(mesh, V1));
        Assert.NotNull(Tls(mesh, V2));
    }

    [Theory]
    [InlineData("tls: { mode: ISTIO_MUTUAL }", "tls: { mode: DISABLE }", false)]
    [InlineData("tls: { mode: DISABLE }", "tls: { mode: ISTIO_MUTUAL }", true)]
    [InlineData("loadBalancer: { simple: RANDOM }", "tls: { mode: ISTIO_MUTUAL }", true)]
    public void Generate_TlsOfAPort_ReplacesThatOfTheService(string service, string port, bool expected)
    {
        var mesh = Mesh($"trafficPolicy: {{ {service}, portLevelSettings: [{{ port: {{ number: 9080 }}, {port} }}] }}");

        Assert.Equal(expected, Tls(mesh, Bookinfo.ReviewsRoutes) is not null);
    }

    [Fact]
    public void Generate_TlsOfAnotherPort_HasNoEffect()
    {
        var mesh = Mesh("trafficPolicy: { portLevelSettings: [{ port: { number: 9090 }, tls: { mode: ISTIO_MUTUAL } }] }");

        Assert.Null(Tls(mesh, Bookinfo.ReviewsRoutes));
    }

    private static CertificateValidationContext Validation(string tls) =>
        Tls(Mesh($"trafficPolicy: {{ tls: {tls} }}"), Bookinfo.ReviewsRoutes)!.CommonTlsContext.ValidationContext;

    private static UpstreamTlsContext? Tls(GeneratedMesh mesh, string cluster, ClientView? client = null)
    {
        var socket = mesh.Cluster(cluster, client)!.TransportSocket;
        if (socket is not null)
        {
            Assert.Equal("envoy.transport_sockets.tls", socket.Name);
        }

        return socket?.TypedConfig.Unpack<UpstreamTlsContext>();
    }

    private static WorkloadInstance Process(string version, int port, string account) =>
        Bookinfo.Process("reviews", version, port) with { ServiceAccount = account };

    private static GeneratedMesh Mesh(string spec) => new(Bookinfo.Services, $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews }
        spec:
          host: reviews
          {{spec}}
        """);
}
