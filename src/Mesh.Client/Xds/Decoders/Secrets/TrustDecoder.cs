using System.Collections.Immutable;
using System.Security.Cryptography;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Xds.Decoders.Secrets;

/// <summary>Decodes roots: by trust domain (Envoy's SPIFFE validator), or those of the own trust domain alone (<c>trusted_ca</c>).</summary>
internal static class TrustDecoder
{
    private const string SpiffeType = "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig";

    public static DecodeResult<TrustResource> Decode(Secret message)
    {
        var errors = new DecodeErrors();
        if (message.ValidationContext is not { } context)
        {
            errors.Add($"expected validation_context, got {message.TypeCase}");
            return DecodeResult<TrustResource>.From(message.Name, new TrustResource(message.Name, []), errors);
        }

        var lists = context.Crl is null ? null : InlineText.Read(context.Crl, errors.In("validation_context.crl"));
        var scope = errors.In("validation_context");
        var bundles = context.CustomValidatorConfig is { } custom
            ? DecodeDomains(custom, lists, scope.In("custom_validator_config"))
            : context.TrustedCa is { } roots && InlineText.Read(roots, scope.In("trusted_ca")) is { } pem ? Parse("", pem, lists, scope.In("trusted_ca")) : [];
        if (bundles.IsEmpty && !errors.Any)
        {
            scope.Add("expected roots in custom_validator_config or trusted_ca, got none");
        }

        return DecodeResult<TrustResource>.From(message.Name, new TrustResource(message.Name, bundles), errors);
    }

    private static ImmutableArray<TrustBundle> DecodeDomains(TypedExtensionConfig custom, string? lists, DecodeErrors errors)
    {
        if (custom.TypedConfig is null || TypedConfig.Read(custom.TypedConfig, errors) is not { } config)
        {
            errors.Add($"expected typed_config with {SpiffeType}, got none");
            return [];
        }

        if (config.TypeUrl != SpiffeType)
        {
            errors.Add($"expected {SpiffeType}, got {config.TypeUrl}");
            return [];
        }

        var domains = config.Parse(SPIFFECertValidatorConfig.Parser, errors)?.TrustDomains ?? [];
        var bundles = ImmutableArray.CreateBuilder<TrustBundle>();
        for (var index = 0; index < domains.Count; index++)
        {
            var scope = errors.In("trust_domains", index);
            if (domains[index].Name.Length == 0 || bundles.Any(bundle => bundle.TrustDomain == domains[index].Name))
            {
                scope.In("name").Add($"expected a name that is there once, got '{domains[index].Name}'");
            }
            else if (InlineText.Read(domains[index].TrustBundle, scope.In("trust_bundle")) is { } pem)
            {
                bundles.AddRange(Parse(domains[index].Name, pem, lists, scope.In("trust_bundle")));
            }
        }

        return bundles.ToImmutable();
    }

    /// <summary>Every bundle gets the lists: a list counts for those alone whose authority has signed it.</summary>
    private static ImmutableArray<TrustBundle> Parse(string trustDomain, string roots, string? lists, DecodeErrors errors)
    {
        try
        {
            return [TrustBundle.Parse(trustDomain, roots, lists)];
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or FormatException)
        {
            errors.Add(exception.Message);
            return [];
        }
    }
}
