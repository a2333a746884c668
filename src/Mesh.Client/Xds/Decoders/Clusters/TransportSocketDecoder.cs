using System.Collections.Immutable;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Checks what a cluster demands of its connections (gRFC A29); a demand that cannot be met makes the cluster unusable, never plaintext.</summary>
internal static class TransportSocketDecoder
{
    private const string TlsName = "envoy.transport_sockets.tls";
    private const string TlsType = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private const string RawBufferName = "envoy.transport_sockets.raw_buffer";

    /// <summary>Why the cluster must not be called; null when plaintext is what it wants.</summary>
    public static string? Decode(TransportSocket? socket, ImmutableHashSet<string> certificateProviders, DecodeErrors errors)
    {
        if (socket is null || socket.Name == RawBufferName)
        {
            return null;
        }

        if (socket.Name != TlsName || socket.TypedConfig is null)
        {
            errors.Add($"expected {TlsName} with typed_config, got '{socket.Name}'");
            return null;
        }

        if (TypedConfig.Read(socket.TypedConfig, errors) is { } config)
        {
            if (config.TypeUrl != TlsType)
            {
                errors.Add($"expected {TlsType}, got {config.TypeUrl}");
            }
            else
            {
                Validate(config.Parse(UpstreamTlsContext.Parser, errors)?.CommonTlsContext, certificateProviders, errors.In("common_tls_context"));
            }
        }

        return "the cluster demands TLS, which is not supported yet; it is not called in plaintext";
    }

    private static void Validate(CommonTlsContext? context, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (context?.TlsParams is not null || context?.CustomHandshaker is not null)
        {
            errors.Add("tls_params and custom_handshaker are not supported");
        }

        var validation = context?.ValidationContext ?? context?.CombinedValidationContext?.DefaultValidationContext;
        CheckRoot(RootProvider(context), validation, providers, errors);
        CheckProvider(IdentityProvider(context), providers, errors.In("tls_certificate_provider_instance"));
        if (validation is not null)
        {
            CheckUnsupported(validation, errors.In("validation_context"));
        }
    }

#pragma warning disable CS0612 // istiod still sends its proxyless clients the deprecated fields (gRFC A29 keeps reading them).
    private static string? RootProvider(CommonTlsContext? context) =>
        context?.ValidationContext?.CaCertificateProviderInstance?.InstanceName
        ?? context?.CombinedValidationContext?.DefaultValidationContext?.CaCertificateProviderInstance?.InstanceName
        ?? context?.CombinedValidationContext?.ValidationContextCertificateProviderInstance?.InstanceName
        ?? context?.ValidationContextCertificateProviderInstance?.InstanceName;

    private static string? IdentityProvider(CommonTlsContext? context) =>
        context?.TlsCertificateProviderInstance?.InstanceName
        ?? context?.TlsCertificateCertificateProviderInstance?.InstanceName;
#pragma warning restore CS0612

    private static void CheckRoot(string? provider, CertificateValidationContext? validation, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (provider is null && !HasOtherRoots(validation))
        {
            errors.Add("expected a ca_certificate_provider_instance, got none");
        }

        CheckProvider(provider, providers, errors.In("ca_certificate_provider_instance"));
    }

    // Files and no verification at all are what Istio's SIMPLE and MUTUAL ask for; gRPC knows the system's roots only (gRFC A82).
    private static bool HasOtherRoots(CertificateValidationContext? validation) =>
        validation is not null
        && (validation.SystemRootCerts is not null
            || validation.TrustedCa is not null
            || validation.TrustChainVerification == CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted);

    private static void CheckProvider(string? name, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (name is not null && !providers.Contains(name))
        {
            errors.Add($"'{name}' is not among certificate_providers of the bootstrap");
        }
    }

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
