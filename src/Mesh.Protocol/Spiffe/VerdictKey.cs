using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Names a certificate, by the SHA-256 of its DER, in one use.</summary>
internal readonly record struct VerdictKey(UInt128 High, UInt128 Low, SvidUsage Usage)
{
    public static VerdictKey Of(X509Certificate2 certificate, SvidUsage usage)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(certificate.RawDataMemory.Span, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]), usage);
    }
}
