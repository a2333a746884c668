using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Lets several threads sign with one key, which the platform's keys do not allow.</summary>
internal sealed class LockedSignatureGenerator(X509SignatureGenerator inner) : X509SignatureGenerator
{
    private readonly Lock _lock = new();

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => inner.GetSignatureAlgorithmIdentifier(hashAlgorithm);

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        lock (_lock)
        {
            return inner.SignData(data, hashAlgorithm);
        }
    }

    protected override PublicKey BuildPublicKey() => inner.PublicKey;
}
