using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Clusters;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;
using TlsProtocol = Mesh.Protocol.Envoy.Tls.TlsParameters.Types.TlsProtocol;
using TrustChainVerification = Mesh.Protocol.Envoy.Tls.CertificateValidationContext.Types.TrustChainVerification;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Turns the TLS settings of a server that ends TLS into Envoy's.</summary>
internal static class GatewayTls
{
    private const string SocketName = "envoy.transport_sockets.tls";

    private static readonly string[] HttpProtocols = ["h2", "http/1.1"];

    public static TransportSocket SocketOf(GatewayServer server) =>
        new() { Name = SocketName, TypedConfig = Any.Pack(Translate(server)) };

    private static DownstreamTlsContext Translate(GatewayServer server)
    {
        var settings = server.Server.Tls;
        var context = settings.Mode == TlsMode.IstioMutual ? MeshTls.OfServer() : Own(settings);
        var common = context.CommonTlsContext;
        common.AlpnProtocols.Add(server.SpeaksHttp ? HttpProtocols : []);
        common.TlsParams = new TlsParameters
        {
            // istiod: TLS 1.2 at least, unless the resource says otherwise.
            TlsMinimumProtocolVersion = VersionOf(settings.MinProtocolVersion, TlsProtocol.Tlsv12),
            TlsMaximumProtocolVersion = VersionOf(settings.MaxProtocolVersion, TlsProtocol.TlsAuto),
            CipherSuites = { settings.CipherSuites.Distinct(StringComparer.Ordinal) },
        };
        return context;
    }

    private static DownstreamTlsContext Own(ServerTLSSettings settings)
    {
        var common = new CommonTlsContext();
        var names = settings.CredentialName.Length > 0 ? [settings.CredentialName] : settings.CredentialNames.ToArray();
        if (names.Length > 0)
        {
            common.TlsCertificateSdsSecretConfigs.Add(names.Select(name => Sds(CredentialName.Of(name))));
        }
        else
        {
            var files = settings.TlsCertificates.Count > 0
                ? settings.TlsCertificates.Select(pair => (pair.ServerCertificate, pair.PrivateKey))
                : [(settings.ServerCertificate, settings.PrivateKey)];
            common.TlsCertificates.Add(files.Select(pair => new TlsCertificate { CertificateChain = File(pair.Item1), PrivateKey = File(pair.Item2) }));
        }

        var context = new DownstreamTlsContext { CommonTlsContext = common };
        if (settings.Mode is TlsMode.Mutual or TlsMode.OptionalMutual)
        {
            context.RequireClientCertificate = settings.Mode is TlsMode.Mutual;
            SetValidation(common, settings, names.FirstOrDefault());
        }

        return context;
    }

    private static void SetValidation(CommonTlsContext common, ServerTLSSettings settings, string? credential)
    {
        var validation = new CertificateValidationContext
        {
            VerifyCertificateHash = { settings.VerifyCertificateHash },
            VerifyCertificateSpki = { settings.VerifyCertificateSpki },
            TrustChainVerification = settings.InsecureSkipVerify == true ? TrustChainVerification.AcceptUntrusted : TrustChainVerification.VerifyTrustChain,
            Crl = settings.CaCrl.Length > 0 ? File(settings.CaCrl) : null,
        };
#pragma warning disable CS0612 // The field that istiod sends.
        validation.MatchSubjectAltNames.AddRange(settings.SubjectAltNames.Select(name => new StringMatcher { Exact = name }));
#pragma warning restore CS0612
        var roots = settings.CaCertCredentialName.Length > 0 ? settings.CaCertCredentialName : credential;
        if (roots is not null)
        {
            common.CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = validation,
                ValidationContextSdsSecretConfig = Sds(CredentialName.OfRoots(roots)),
            };
            return;
        }

        validation.TrustedCa = settings.CaCertificates.Length > 0 ? File(settings.CaCertificates) : null;
        common.ValidationContext = validation;
    }

    private static SdsSecretConfig Sds(string name) => new() { Name = name, SdsConfig = Envelope.Ads() };

    private static DataSource File(string path) => new() { Filename = path };

    private static TlsProtocol VersionOf(ServerTLSSettings.Types.TLSProtocol version, TlsProtocol otherwise) => version switch
    {
        ServerTLSSettings.Types.TLSProtocol.Tlsv10 => TlsProtocol.Tlsv10,
        ServerTLSSettings.Types.TLSProtocol.Tlsv11 => TlsProtocol.Tlsv11,
        ServerTLSSettings.Types.TLSProtocol.Tlsv12 => TlsProtocol.Tlsv12,
        ServerTLSSettings.Types.TLSProtocol.Tlsv13 => TlsProtocol.Tlsv13,
        _ => otherwise,
    };
}
