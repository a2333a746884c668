using System.Security.Authentication;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Spiffe;
using Mesh.Protocol.Xds;
using static Mesh.Protocol.Envoy.Tls.CertificateValidationContext.Types;
using Cluster = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Tests.Xds.Clusters;

public sealed class TransportSocketDecoderTests
{
    [Fact]
    public void Decode_FilesAndNames_IsThePolicy()
    {
        var context = new UpstreamTlsContext
        {
            Sni = "reviews.example.com",
            CommonTlsContext = new CommonTlsContext
            {
                TlsParams = new TlsParameters { TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13 },
                AlpnProtocols = { "h2" },
                TlsCertificates = { new TlsCertificate { CertificateChain = File("/cert"), PrivateKey = File("/key") } },
                ValidationContext = new CertificateValidationContext
                {
                    TrustedCa = File("/ca"),
                    Crl = File("/crl"),
                    MatchTypedSubjectAltNames = { new SubjectAltNameMatcher { SanType = SubjectAltNameMatcher.Types.SanType.Uri, Matcher = new StringMatcher { Prefix = "spiffe://" } } },
                },
            },
        };

        Assert.Equal(
            new TlsPolicy
            {
                Sni = "reviews.example.com",
                Identity = new TlsIdentity { CertificateChain = new PemSource("/cert", null), PrivateKey = new PemSource("/key", null) },
                Trust = new TlsTrust { Roots = new PemSource("/ca", null), RevocationLists = new PemSource("/crl", null) },
                SubjectAltNames = [new SubjectAltNameMatch(SubjectAltNameKind.Uri, new StringMatch(StringMatchKind.Prefix, "spiffe://", IgnoreCase: false))],
                ApplicationProtocols = ["h2"],
                Versions = SslProtocols.Tls13,
            },
            Policy(context));
    }

    [Fact]
    public void Decode_AcceptUntrusted_VerifiesNothing() =>
        Assert.Null(Policy(Validating(new CertificateValidationContext { TrustChainVerification = TrustChainVerification.AcceptUntrusted }))!.Trust);

    [Fact]
    public void Decode_ASecret_IsToBeAskedFor()
    {
        var context = new UpstreamTlsContext
        {
            CommonTlsContext = new CommonTlsContext
            {
                TlsCertificateSdsSecretConfigs = { new SdsSecretConfig { Name = "kubernetes://s" } },
                ValidationContextSdsSecretConfig = new SdsSecretConfig { Name = "kubernetes://s-cacert" },
            },
        };

        var policy = Policy(context)!;
        Assert.Equal(["kubernetes://s", "kubernetes://s-cacert"], policy.SecretNames);
    }

    [Fact]
    public void Decode_WithoutRoots_IsRefusedAndStillDemandsSecurity()
    {
        var result = ClusterDecoder.Decode(Secured(Validating(new CertificateValidationContext())), ["default"]);

        Assert.NotEmpty(result.Errors);
        Assert.Equal(SecurityDemand.OfAllEndpoints, result.Refused!.SecurityDemand);
    }

    [Fact]
    public async Task Update_ThatDemandsTlsAndIsRefused_ClosesAClusterWithoutTls()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = XdsProtocol.Delta }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c", "1", 7001);
        await rig.ReachesAsync(destination => destination.Status == DestinationStatus.Routed && XdsClientRig.Ports(destination, "c") is [7001]);

        var demanding = Secured(Validating(new CertificateValidationContext()));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c", demanding)));

        var closed = await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c") is []);
        Assert.Contains("demands TLS", closed.Clusters["c"].Reason, StringComparison.Ordinal);
    }

    private static DataSource File(string name) => new() { Filename = name };

    private static UpstreamTlsContext Validating(CertificateValidationContext validation) =>
        new() { CommonTlsContext = new CommonTlsContext { ValidationContext = validation } };

    private static Cluster Secured(UpstreamTlsContext context)
    {
        var cluster = Resources.Cluster("c");
        cluster.TransportSocket = new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = AdsResponse.Pack(context) };
        return cluster;
    }

    private static TlsPolicy? Policy(UpstreamTlsContext context) => ConnectionDecoderTests.Decode(Secured(context)).Policy.Security;
}
