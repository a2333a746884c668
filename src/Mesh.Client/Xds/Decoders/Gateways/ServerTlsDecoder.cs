using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using TlsProtocol = Mesh.Protocol.Envoy.Tls.TlsParameters.Types.TlsProtocol;
using TrustChainVerification = Mesh.Protocol.Envoy.Tls.CertificateValidationContext.Types.TrustChainVerification;
using ValidationCase = Mesh.Protocol.Envoy.Tls.CommonTlsContext.ValidationContextTypeOneofCase;

namespace Mesh.Client.Xds.Decoders.Gateways;

/// <summary>Decodes TLS that ends at a gateway; what it asks for and cannot be done is refused, never ignored.</summary>
internal static class ServerTlsDecoder
{
    private const string TlsType = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

    public static ServerTls? Decode(TransportSocket socket, DecodeErrors errors)
    {
        if (socket.TypedConfig is null || TypedConfig.Read(socket.TypedConfig, errors) is not { } config)
        {
            errors.Add($"expected typed_config with {TlsType}, got none");
            return null;
        }

        if (config.TypeUrl != TlsType)
        {
            errors.Add($"expected {TlsType}, got {config.TypeUrl}");
            return null;
        }

        if (config.Parse(DownstreamTlsContext.Parser, errors) is not { CommonTlsContext: { } common } context)
        {
            errors.Add("expected common_tls_context, got none");
            return null;
        }

        var certificates = Certificates(common, errors.In("common_tls_context"));
        if (certificates.IsEmpty)
        {
            errors.In("common_tls_context").Add("expected a certificate, got none");
        }

        var parameters = common.TlsParams ?? new TlsParameters();
        return new ServerTls
        {
            Certificates = certificates,
            Clients = Clients(common, context.RequireClientCertificate == true, errors.In("common_tls_context")),
            MinVersion = Version(parameters.TlsMinimumProtocolVersion, otherwise: 2),
            MaxVersion = Version(parameters.TlsMaximumProtocolVersion, otherwise: 3),
            CipherSuites = [.. parameters.CipherSuites],
            ApplicationProtocols = [.. common.AlpnProtocols],
        };
    }

    private static ImmutableArray<CertificateSource> Certificates(CommonTlsContext common, DecodeErrors errors)
    {
        if (common.TlsCertificateProviderInstance is not null)
        {
            return [new CertificateSource { IsOwnIdentity = true }];
        }

        return
        [
            .. common.TlsCertificateSdsSecretConfigs.Select(secret => new CertificateSource { SecretName = secret.Name }),
            .. common.TlsCertificates.Select((pair, index) => Pair(pair, errors.In("tls_certificates", index))).OfType<CertificateSource>(),
        ];
    }

    private static CertificateSource? Pair(TlsCertificate pair, DecodeErrors errors)
    {
        var (chain, key) = (pair.CertificateChain, pair.PrivateKey);
        if (chain is { Filename.Length: > 0 } && key is { Filename.Length: > 0 })
        {
            return new CertificateSource { File = chain.Filename, KeyFile = key.Filename };
        }

        if (Text(chain) is { } chainText && Text(key) is { } keyText)
        {
            return new CertificateSource { Text = chainText, KeyText = keyText };
        }

        errors.Add("expected certificate_chain and private_key, both as files or both as text");
        return null;
    }

    private static ClientTrust? Clients(CommonTlsContext common, bool isRequired, DecodeErrors errors)
    {
        switch (common.ValidationContextTypeCase)
        {
            case ValidationCase.None:
                return isRequired ? new ClientTrust { IsRequired = true, AcceptsUntrusted = true } : null;
            case ValidationCase.ValidationContext:
                return Trust(common.ValidationContext, SourceOf(common.ValidationContext.TrustedCa), isRequired, errors.In("validation_context"));
            case ValidationCase.ValidationContextSdsSecretConfig:
                return new ClientTrust { IsRequired = isRequired, Roots = new CertificateSource { SecretName = common.ValidationContextSdsSecretConfig.Name } };
            case ValidationCase.CombinedValidationContext:
                var combined = common.CombinedValidationContext;
                var context = combined.DefaultValidationContext ?? new CertificateValidationContext();
                var roots = combined.ValidationContextSdsSecretConfig is { } secret ? new CertificateSource { SecretName = secret.Name }
                    : context.CaCertificateProviderInstance is not null ? new CertificateSource { IsOwnIdentity = true }
                    : SourceOf(context.TrustedCa);
                return Trust(context, roots, isRequired, errors.In("combined_validation_context"));
            default:
                errors.Add($"{common.ValidationContextTypeCase} is not supported");
                return null;
        }
    }

    private static ClientTrust Trust(CertificateValidationContext context, CertificateSource? roots, bool isRequired, DecodeErrors errors)
    {
#pragma warning disable CS0612 // The field that istiod sends.
        var names = context.MatchSubjectAltNames.Concat(context.MatchTypedSubjectAltNames.Select(typed => typed.Matcher));
#pragma warning restore CS0612
        return new ClientTrust
        {
            IsRequired = isRequired,
            Roots = roots,
            Revocations = SourceOf(context.Crl),
            Names = [.. names.Select((name, index) => StringMatchDecoder.Decode(name, errors.In("match_subject_alt_names", index))).OfType<StringMatch>()],
            Hashes = [.. context.VerifyCertificateHash.Select(hash => hash.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant())],
            KeyHashes = [.. context.VerifyCertificateSpki],
            AcceptsUntrusted = context.TrustChainVerification is TrustChainVerification.AcceptUntrusted,
        };
    }

    private static CertificateSource? SourceOf(DataSource? source) =>
        source is null ? null
        : source.Filename.Length > 0 ? new CertificateSource { File = source.Filename }
        : Text(source) is { } text ? new CertificateSource { Text = text }
        : null;

    private static string? Text(DataSource? source) => source?.SpecifierCase switch
    {
        DataSource.SpecifierOneofCase.InlineString => source.InlineString,
        DataSource.SpecifierOneofCase.InlineBytes => source.InlineBytes.ToStringUtf8(),
        _ => null,
    };

    private static int Version(TlsProtocol version, int otherwise) => version switch
    {
        TlsProtocol.Tlsv10 => 0,
        TlsProtocol.Tlsv11 => 1,
        TlsProtocol.Tlsv12 => 2,
        TlsProtocol.Tlsv13 => 3,
        _ => otherwise,
    };
}
