using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Spiffe;
using SanType = Mesh.Protocol.Envoy.Tls.SubjectAltNameMatcher.Types.SanType;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes which servers a TLS context believes.</summary>
internal sealed class TlsValidationDecoder(ImmutableHashSet<string> providers, DecodeErrors errors)
{
    /// <summary>Null when the server is not to be verified at all.</summary>
    public TlsTrust? Trust(CommonTlsContext context)
    {
        var validation = Validation(context);
        if (validation is not null)
        {
            CheckUnsupported(validation, errors.In("validation_context"));
        }

        if (validation?.TrustChainVerification == CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted)
        {
            return null;
        }

        var secret = context.ValidationContextSdsSecretConfig ?? context.CombinedValidationContext?.ValidationContextSdsSecretConfig;
        var provider = secret is null ? Provider(context) : TlsIdentityDecoder.Secret(secret, providers);
        if (provider is not null && secret is null)
        {
            TlsIdentityDecoder.CheckProvider(provider, providers, errors.In("ca_certificate_provider_instance"));
        }
        else if (provider is null && (validation is null or { TrustedCa: null, SystemRootCerts: null }))
        {
            errors.Add("expected a ca_certificate_provider_instance, trusted_ca or system_root_certs, got none");
        }

        return new TlsTrust
        {
            Provider = provider,
            Roots = TlsIdentityDecoder.Pem(validation?.TrustedCa, errors.In("trusted_ca")),
            RevocationLists = TlsIdentityDecoder.Pem(validation?.Crl, errors.In("crl")),
            RevocationOfLeafOnly = validation?.OnlyVerifyLeafCertCrl == true,
            AllowExpired = validation?.AllowExpiredCertificate == true,
            MaxDepth = validation?.MaxVerifyDepth,
        };
    }

    /// <summary>The typed ones go before the deprecated ones, which mean every kind of name (Envoy).</summary>
    public ImmutableArray<SubjectAltNameMatch> SubjectAltNames(CommonTlsContext context)
    {
        if (Validation(context) is not { } validation)
        {
            return [];
        }

        if (validation.MatchTypedSubjectAltNames.Count > 0)
        {
            return [.. validation.MatchTypedSubjectAltNames.Select((name, index) => Typed(name, errors.In("match_typed_subject_alt_names", index)))];
        }

#pragma warning disable CS0612 // istiod and gRPC's clients use no other field (gRFC A29).
        return [.. validation.MatchSubjectAltNames.Select((name, index) => Match(null, name, errors.In("match_subject_alt_names", index)))];
#pragma warning restore CS0612
    }

    private static SubjectAltNameMatch Typed(SubjectAltNameMatcher name, DecodeErrors errors)
    {
        SubjectAltNameKind? kind = name.SanType switch
        {
            SanType.Email => SubjectAltNameKind.Email,
            SanType.Dns => SubjectAltNameKind.Dns,
            SanType.Uri => SubjectAltNameKind.Uri,
            SanType.IpAddress => SubjectAltNameKind.IpAddress,
            _ => null,
        };
        if (kind is null)
        {
            errors.Add($"san_type: expected EMAIL, DNS, URI or IP_ADDRESS, got {name.SanType}");
        }

        return Match(kind, name.Matcher ?? new StringMatcher(), errors.In("matcher"));
    }

    private static SubjectAltNameMatch Match(SubjectAltNameKind? kind, StringMatcher matcher, DecodeErrors errors) =>
        new(kind, StringMatchDecoder.Decode(matcher, errors) ?? new StringMatch(StringMatchKind.Exact, "", IgnoreCase: false));

    private static CertificateValidationContext? Validation(CommonTlsContext context) =>
        context.ValidationContext ?? context.CombinedValidationContext?.DefaultValidationContext;

#pragma warning disable CS0612 // istiod still sends its proxyless clients the deprecated fields (gRFC A29 keeps reading them).
    private static CertificateProviderReference? Provider(CommonTlsContext context) =>
        Validation(context)?.CaCertificateProviderInstance is { } instance ? new(instance.InstanceName, instance.CertificateName)
        : (context.CombinedValidationContext?.ValidationContextCertificateProviderInstance ?? context.ValidationContextCertificateProviderInstance) is { } old
            ? new(old.InstanceName, old.CertificateName)
            : null;
#pragma warning restore CS0612

    private static void CheckUnsupported(CertificateValidationContext validation, DecodeErrors errors)
    {
        if (validation.VerifyCertificateHash.Count > 0 || validation.VerifyCertificateSpki.Count > 0
            || validation.RequireSignedCertificateTimestamp is not null || validation.CustomValidatorConfig is not null
            || (validation.Crl is not null && validation.TrustedCa is null))
        {
            errors.Add("verify_certificate_hash, verify_certificate_spki, require_signed_certificate_timestamp, crl without trusted_ca and custom_validator_config are not supported");
        }
    }
}
