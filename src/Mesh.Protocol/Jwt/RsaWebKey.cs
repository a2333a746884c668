using System.Security.Cryptography;

namespace Mesh.Protocol.Jwt;

/// <summary>An RSA public key.</summary>
internal sealed class RsaWebKey(RSAParameters parameters) : JsonWebKey
{
    /// <summary>Shorter ones are not accepted (RFC 7518 3.3).</summary>
    public const int MinBits = 2048;

    /// <summary>Longer ones cost more time than any issuer can mean.</summary>
    public const int MaxBits = 8192;

    protected override bool HasTypeFor(JwtAlgorithm algorithm) => algorithm.Padding is not null;

    protected override AsymmetricAlgorithm Import() => RSA.Create(parameters);

    protected override bool Verify(AsymmetricAlgorithm key, JwtAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        signature.Length == parameters.Modulus!.Length
        && ((RSA)key).VerifyData(signed, signature, algorithm.Hash, algorithm.Padding!);
}
