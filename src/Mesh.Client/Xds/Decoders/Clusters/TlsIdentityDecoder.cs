using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes which certificate this side shows.</summary>
internal static class TlsIdentityDecoder
{
    public static TlsIdentity? Decode(CommonTlsContext context, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (Provider(context) is { } provider)
        {
            CheckProvider(provider, providers, errors.In("tls_certificate_provider_instance"));
            return new TlsIdentity { Provider = provider };
        }

        if (context.TlsCertificateSdsSecretConfigs.Count > 0)
        {
            return new TlsIdentity { Provider = Secret(context.TlsCertificateSdsSecretConfigs[0], providers) };
        }

        if (context.TlsCertificates.Count == 0)
        {
            return null;
        }

        if (context.TlsCertificates.Count > 1)
        {
            errors.Add($"tls_certificates: expected at most one, got {context.TlsCertificates.Count}");
        }

        var certificate = context.TlsCertificates[0];
        errors = errors.In("tls_certificates", 0);
        if (certificate.Password is not null || certificate.Pkcs12 is not null)
        {
            errors.Add("password and pkcs12 are not supported: give the certificate and its key as PEM");
        }

        return new TlsIdentity
        {
            CertificateChain = Pem(certificate.CertificateChain, errors.In("certificate_chain")) ?? Missing(errors, "certificate_chain"),
            PrivateKey = Pem(certificate.PrivateKey, errors.In("private_key")) ?? Missing(errors, "private_key"),
        };
    }

    /// <summary>A provider of the process that has the name (Istio's <c>default</c>), else a secret of the control plane (Istio's credentialName).</summary>
    public static CertificateProviderReference Secret(SdsSecretConfig secret, ImmutableHashSet<string> providers) =>
        new(secret.Name, secret.Name) { IsSecret = !providers.Contains(secret.Name) };

    /// <summary>Null when there is none, or in a form that is an error.</summary>
    public static PemSource? Pem(DataSource? source, DecodeErrors errors)
    {
        switch (source?.SpecifierCase)
        {
            case null:
                return null;
            case DataSource.SpecifierOneofCase.Filename when source.Filename.Length > 0:
                return new PemSource(source.Filename, null);
            case DataSource.SpecifierOneofCase.InlineString:
                return new PemSource(null, source.InlineString);
            case DataSource.SpecifierOneofCase.InlineBytes:
                return new PemSource(null, source.InlineBytes.ToStringUtf8());
            default:
                errors.Add($"expected filename, inline_string or inline_bytes, got {source.SpecifierCase}");
                return null;
        }
    }

    public static void CheckProvider(CertificateProviderReference provider, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (!providers.Contains(provider.Instance))
        {
            errors.Add($"'{provider.Instance}' is not among certificate_providers of the bootstrap");
        }
    }

#pragma warning disable CS0612 // istiod still sends its proxyless clients the deprecated fields (gRFC A29 keeps reading them).
    private static CertificateProviderReference? Provider(CommonTlsContext context) =>
        context.TlsCertificateProviderInstance is { } instance ? new(instance.InstanceName, instance.CertificateName)
        : context.TlsCertificateCertificateProviderInstance is { } old ? new(old.InstanceName, old.CertificateName)
        : null;
#pragma warning restore CS0612

    private static PemSource? Missing(DecodeErrors errors, string field)
    {
        errors.Add($"{field}: expected one, got none");
        return null;
    }
}
