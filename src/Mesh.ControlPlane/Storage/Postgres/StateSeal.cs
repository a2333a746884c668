using System.Security.Cryptography;
using System.Text;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Seals documents by a key that the database does not hold: AES-256-GCM, bound to the document's name.</summary>
internal sealed class StateSeal
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key;

    private StateSeal(byte[] key) => _key = key;

    /// <summary>Begins every sealed document, and no other.</summary>
    private static ReadOnlySpan<byte> Mark => "MeshSeal1\0"u8;

    /// <exception cref="StateException">The file is missing, may be read by others, or holds no key.</exception>
    public static StateSeal Load(string path)
    {
        var text = OwnerOnlyFile.Read(path, isSecret: true) ?? throw new StateException($"{path}: expected a file with the key of the seal, got none. Make one: openssl rand -base64 32.");
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(Encoding.UTF8.GetString(text).Trim(), key, out var length) && length == KeyBytes
            ? new StateSeal(key)
            : throw new StateException($"{path}: expected {KeyBytes} bytes in Base64 (openssl rand -base64 32), got something else.");
    }

    public byte[] Close(ReadOnlySpan<byte> content, string name)
    {
        var closed = new byte[Mark.Length + NonceBytes + TagBytes + content.Length];
        var rest = closed.AsSpan();
        Mark.CopyTo(rest);
        var nonce = rest.Slice(Mark.Length, NonceBytes);

        // Random nonces are good for 2^32 documents by one key (NIST SP 800-38D 8.3).
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, content, rest[(Mark.Length + NonceBytes + TagBytes)..], rest.Slice(Mark.Length + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(name));
        return closed;
    }

    /// <param name="seal">Null where no key is configured.</param>
    /// <param name="content">As stored.</param>
    /// <param name="name">Of the document.</param>
    /// <param name="place">Of the document, for messages.</param>
    /// <exception cref="StateException">It is sealed and there is no key, the other way round, or sealed by another key.</exception>
    public static byte[] Open(StateSeal? seal, byte[] content, string name, string place)
    {
        var isSealed = content.AsSpan().StartsWith(Mark);
        return (isSealed, seal) switch
        {
            (false, null) => content,
            (true, { } key) => key.Open(content, name, place),
            (true, null) => throw new StateException($"{place} is sealed: name the key that the other control planes have (SealKeyFile)."),
            _ => throw new StateException($"{place} is not sealed, and a key is configured (SealKeyFile): what anybody could have written there is not trusted. Start without the key, or with an empty state (docs/postgres.md)."),
        };
    }

    private byte[] Open(byte[] content, string name, string place)
    {
        var rest = content.AsSpan(Mark.Length);
        if (rest.Length < NonceBytes + TagBytes)
        {
            throw new StateException($"{place} is damaged: it is too short to be sealed. Restore it from a backup.");
        }

        var opened = new byte[rest.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(rest[..NonceBytes], rest[(NonceBytes + TagBytes)..], rest.Slice(NonceBytes, TagBytes), opened, Encoding.UTF8.GetBytes(name));
            return opened;
        }
        catch (CryptographicException exception)
        {
            throw new StateException($"{place} was sealed by another key, or changed since: name the key that the other control planes have (SealKeyFile), or restore it from a backup.", exception);
        }
    }
}
