using System.Buffers.Binary;
using System.Security.Cryptography;
using Mesh.Client.Identity.Documents;
using Mesh.Client.Identity.Keeping;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>
/// Seals for a process without an identity: HMAC-SHA-256 with a random key in a file for the owner only. It finds what is torn, changed or written by somebody who cannot read the key;
/// whoever is the owner of the process can forge it, as he could change the process itself.
/// </summary>
internal sealed class KeyFileSeal(OwnerOnlyFolder folder) : ISnapshotSeal
{
    private const string KeyFile = "snapshot.key";
    private const int KeyLength = 32;
    private const int HeadLength = 10 + sizeof(long) + HMACSHA256.HashSizeInBytes;

    /// <summary>Clocks of one machine are set back by a little now and then.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private static ReadOnlySpan<byte> Magic => "MESHSNAP1\n"u8;

    public byte[] Seal(byte[] content, DateTimeOffset now)
    {
        var result = new byte[HeadLength + content.Length];
        Magic.CopyTo(result);
        BinaryPrimitives.WriteInt64BigEndian(result.AsSpan(Magic.Length), now.ToUnixTimeMilliseconds());
        content.CopyTo(result.AsSpan(HeadLength));
        Code(ReadKey() ?? CreateKey(), result).CopyTo(result.AsSpan(HeadLength - HMACSHA256.HashSizeInBytes));
        return result;
    }

    public OpenedDocument Open(byte[] sealedContent, TimeSpan maxAge, DateTimeOffset now)
    {
        if (sealedContent.Length < HeadLength || !sealedContent.AsSpan().StartsWith(Magic))
        {
            return OpenedDocument.Refuse(SealReasons.Malformed, "expected the seal of a process without an identity");
        }

        if (ReadKey() is not { } key)
        {
            return OpenedDocument.Refuse(SealReasons.Unsigned, $"expected the key in '{folder.PathOf(KeyFile)}', there is none");
        }

        var code = sealedContent.AsSpan(HeadLength - HMACSHA256.HashSizeInBytes, HMACSHA256.HashSizeInBytes);
        if (!CryptographicOperations.FixedTimeEquals(code, Code(key, sealedContent)))
        {
            return OpenedDocument.Refuse(SealReasons.Tampered, "the seal is not that of the content");
        }

        var sealedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(sealedContent.AsSpan(Magic.Length)));
        return sealedAt > now + Tolerance ? OpenedDocument.Refuse(SealReasons.FromTheFuture, $"sealed at {sealedAt.UtcDateTime:u}, now is {now.UtcDateTime:u}")
            : now - sealedAt > maxAge ? OpenedDocument.Refuse(SealReasons.TooOld, $"sealed at {sealedAt.UtcDateTime:u}, more than {maxAge} before now, {now.UtcDateTime:u}")
            : OpenedDocument.Accept(sealedContent[HeadLength..], sealedAt);
    }

    // Over everything but itself.
    private static byte[] Code(byte[] key, byte[] sealedContent)
    {
        using var code = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        code.AppendData(sealedContent.AsSpan(0, HeadLength - HMACSHA256.HashSizeInBytes));
        code.AppendData(sealedContent.AsSpan(HeadLength));
        return code.GetHashAndReset();
    }

    private byte[]? ReadKey() => folder.Read(KeyFile, KeyLength) is { Length: KeyLength } key ? key : null;

    private byte[] CreateKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        folder.Write(KeyFile, key);
        return key;
    }
}
