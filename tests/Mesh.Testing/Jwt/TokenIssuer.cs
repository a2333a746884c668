using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mesh.Protocol.Jwt;

namespace Mesh.Testing.Jwt;

/// <summary>Issues tokens with one key, and whatever a test wants to be wrong with them.</summary>
public sealed class TokenIssuer : IDisposable
{
    private readonly JwtAlgorithm _algorithm;
    private readonly AsymmetricAlgorithm _key;

    /// <param name="algorithm">Such as <c>RS256</c>.</param>
    /// <param name="keyId">Null for a key without one.</param>
    /// <param name="bits">Of an RSA key.</param>
    public TokenIssuer(string algorithm = "ES256", string? keyId = "key-1", int bits = 2048)
    {
        _algorithm = JwtAlgorithm.Find(algorithm)!;
        KeyId = keyId;
        _key = _algorithm.Curve switch
        {
            null => RSA.Create(bits),
            "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            _ => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        };
    }

    public string? KeyId { get; }

    /// <summary>The public key, PEM.</summary>
    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>A key set with the public key.</summary>
    public string KeySet => $$"""{"keys":[{{Jwk()}}]}""";

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The public key as JSON.</summary>
    /// <param name="members">More of it, with a comma first.</param>
    public string Jwk(string members = "")
    {
        var kid = KeyId is null ? "" : $",\"kid\":\"{KeyId}\"";
        if (_key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return $$"""{"kty":"RSA","n":"{{Encode(parameters.Modulus)}}","e":"{{Encode(parameters.Exponent)}}"{{kid}}{{members}}}""";
        }

        var point = ((ECDsa)_key).ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"{{_algorithm.Curve}}","x":"{{Encode(point.X)}}","y":"{{Encode(point.Y)}}"{{kid}}{{members}}}""";
    }

    /// <summary>A token of this issuer's key and algorithm.</summary>
    /// <param name="payload">JSON.</param>
    public string Token(string payload) =>
        Token(KeyId is null ? $$"""{"alg":"{{_algorithm.Name}}"}""" : $$"""{"alg":"{{_algorithm.Name}}","kid":"{{KeyId}}","typ":"JWT"}""", payload);

    /// <summary>A token with any header.</summary>
    public string Token(string header, string payload) => Sign($"{Encode(header)}.{Encode(payload)}");

    /// <summary>Adds the signature of this key to header and payload.</summary>
    public string Sign(string headerAndPayload)
    {
        var bytes = Encoding.ASCII.GetBytes(headerAndPayload);
        var signature = _key is RSA rsa
            ? rsa.SignData(bytes, _algorithm.Hash, _algorithm.Padding!)
            : ((ECDsa)_key).SignData(bytes, _algorithm.Hash);
        return $"{headerAndPayload}.{Encode(signature)}";
    }

    public void Dispose() => _key.Dispose();
}
