using System.Security.Cryptography;

namespace Mesh.Protocol.Jwt;

/// <summary>A signature algorithm of RFC 7518 3.1 that proves an issuer, bound to the one type of key it may be used with.</summary>
/// <remarks>
/// Neither <c>none</c> nor <c>HS*</c>: a verifier that knows a shared secret could issue tokens itself, and a public key must never serve as one.
/// EdDSA joins when the platform has Ed25519; .NET 10 does not.
/// </remarks>
/// <param name="Name">As tokens and keys write it.</param>
/// <param name="Hash">What is signed.</param>
/// <param name="Padding">For RSA keys; null for elliptic curves.</param>
/// <param name="Curve">For elliptic curves; null for RSA keys.</param>
internal sealed record JwtAlgorithm(string Name, HashAlgorithmName Hash, RSASignaturePadding? Padding, string? Curve)
{
    private static readonly JwtAlgorithm[] All =
    [
        new("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, null),
        new("ES256", HashAlgorithmName.SHA256, null, "P-256"),
        new("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1, null),
        new("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, null),
        new("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss, null),
        new("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss, null),
        new("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss, null),
        new("ES384", HashAlgorithmName.SHA384, null, "P-384"),
        new("ES512", HashAlgorithmName.SHA512, null, "P-521"),
    ];

    /// <summary>Null when it is unknown or not allowed; names are compared exactly (RFC 7515 4.1.1).</summary>
    public static JwtAlgorithm? Find(string name) => Array.Find(All, algorithm => algorithm.Name == name);
}
