using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Server.Authorization.Engine;

/// <summary>An address as a number: an IPv4 address and its IPv6-mapped form are the same one.</summary>
internal readonly record struct NetworkAddress(UInt128 Value, bool IsIPv4, bool IsKnown)
{
    private const int IPv4Bits = 32;
    private const int IPv6Bits = 128;

    public static NetworkAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return new(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv4: true, IsKnown: true);
        }

        return address.IsIPv4MappedToIPv6
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - sizeof(uint))..]), IsIPv4: true, IsKnown: true)
            : new(BinaryPrimitives.ReadUInt128BigEndian(bytes), IsIPv4: false, IsKnown: true);
    }

    /// <summary>Whether the first bits of both are the same; an unknown address is in no range.</summary>
    public bool IsIn(NetworkAddress network, int prefixLength)
    {
        if (!IsKnown || IsIPv4 != network.IsIPv4)
        {
            return false;
        }

        var shift = (IsIPv4 ? IPv4Bits : IPv6Bits) - prefixLength;
        return shift >= IPv6Bits || Value >> shift == network.Value >> shift;
    }
}
