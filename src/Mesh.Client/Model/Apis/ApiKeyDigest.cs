using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Client.Model.Apis;

/// <summary>The SHA-256 of a key: what it is found by, so that the time of a look-up tells nothing of the key.</summary>
internal readonly record struct ApiKeyDigest(UInt128 High, UInt128 Low)
{
    public const int Length = SHA256.HashSizeInBytes;

    private const int MostOnStack = 512;

    /// <param name="bytes">As many as a digest has.</param>
    public static ApiKeyDigest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[(Length / 2)..]));

    /// <summary>Of a key as it was presented.</summary>
    public static ApiKeyDigest Of(ReadOnlySpan<char> key)
    {
        Span<byte> digest = stackalloc byte[Length];
        var size = Encoding.UTF8.GetMaxByteCount(key.Length);
        if (size <= MostOnStack)
        {
            Span<byte> bytes = stackalloc byte[MostOnStack];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], digest);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(key.ToArray()), digest);
        }

        return Read(digest);
    }
}
