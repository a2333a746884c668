using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mesh.Server.Authentication;

/// <summary>SHA-256 of a token: finds it again without keeping it as a key.</summary>
internal readonly record struct TokenDigest(ulong A, ulong B, ulong C, ulong D)
{
    public static TokenDigest Of(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return MemoryMarshal.Read<TokenDigest>(hash);
    }
}
