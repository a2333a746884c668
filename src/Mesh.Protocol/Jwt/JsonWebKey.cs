using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Mesh.Protocol.Jwt;

/// <summary>A public key that verifies tokens of the algorithms it is made for.</summary>
internal abstract class JsonWebKey
{
    // Instances of the platform's keys are not promised to be safe for several threads: each verification borrows one.
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = [];

    /// <summary>The key's <c>kid</c>; null when it has none.</summary>
    public string? KeyId { get; init; }

    /// <summary>The one algorithm the key is for; null when it says none.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Whether tokens of this algorithm may be verified with the key.</summary>
    public bool Fits(JwtAlgorithm algorithm) => (Algorithm is null || Algorithm == algorithm.Name) && HasTypeFor(algorithm);

    public bool Verify(JwtAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        var key = _idle.TryTake(out var idle) ? idle : Import();
        try
        {
            return Verify(key, algorithm, signed, signature);
        }
        catch (CryptographicException)
        {
            // The platform could not even read the signature.
            return false;
        }
        finally
        {
            _idle.Add(key);
        }
    }

    /// <summary>Whether the platform can read the key.</summary>
    public bool TryImport()
    {
        try
        {
            _idle.Add(Import());
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    protected abstract bool HasTypeFor(JwtAlgorithm algorithm);

    protected abstract AsymmetricAlgorithm Import();

    protected abstract bool Verify(AsymmetricAlgorithm key, JwtAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}
