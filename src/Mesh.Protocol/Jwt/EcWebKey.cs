using System.Security.Cryptography;

namespace Mesh.Protocol.Jwt;

/// <summary>A public key on one of the NIST curves.</summary>
internal sealed class EcWebKey(string curve, ECParameters parameters) : JsonWebKey
{
    protected override bool HasTypeFor(JwtAlgorithm algorithm) => algorithm.Curve == curve;

    protected override AsymmetricAlgorithm Import() => ECDsa.Create(parameters);

    /// <summary>Both numbers in full length, one after the other (RFC 7518 3.4).</summary>
    protected override bool Verify(AsymmetricAlgorithm key, JwtAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        signature.Length == 2 * parameters.Q.X!.Length
        && ((ECDsa)key).VerifyData(signed, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
