using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mesh.Protocol.Spiffe;

/// <summary>Reads a SPIFFE trust bundle map (gRFC A87; SPIFFE Trust Domain and Bundle 4): roots of several trust domains in one JSON file.</summary>
internal static class SpiffeBundleMap
{
    private const string X509Use = "x509-svid";

    /// <exception cref="CryptographicException">It is not such a map, or holds a key that is not as expected: then nothing of it is used.</exception>
    public static ImmutableArray<TrustBundle> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("trust_domains", out var domains) || domains.ValueKind != JsonValueKind.Object)
            {
                throw new CryptographicException("expected an object 'trust_domains' in the trust bundle map");
            }

            return [.. domains.EnumerateObject().Select(domain => ParseBundle(domain.Name, domain.Value))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new CryptographicException($"the trust bundle map cannot be read: {exception.Message}", exception);
        }
    }

    private static TrustBundle ParseBundle(string trustDomain, JsonElement bundle)
    {
        if (!SpiffeId.TryParse(SpiffeId.Scheme + trustDomain, out var id, out var error) || id.Path.Length > 0)
        {
            throw new CryptographicException($"trust domain '{trustDomain}' is no name of one: {error}");
        }

        var roots = ImmutableArray.CreateBuilder<X509Certificate2>();
        foreach (var key in bundle.GetProperty("keys").EnumerateArray())
        {
            if (Text(key, "kty") is not ("RSA" or "EC") || Text(key, "use") != X509Use || !key.TryGetProperty("x5c", out var chain) || chain.GetArrayLength() != 1)
            {
                throw new CryptographicException($"trust domain '{trustDomain}': expected keys with kty RSA or EC, use {X509Use} and one certificate in x5c");
            }

            roots.Add(X509CertificateLoader.LoadCertificate(chain[0].GetBytesFromBase64()));
        }

        return new TrustBundle(trustDomain, roots.ToImmutable(), []);
    }

    private static string? Text(JsonElement key, string name) => key.TryGetProperty(name, out var value) ? value.GetString() : null;
}
