using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Writes addresses as Envoy does: with a port, without, or masked to a network (<c>%…_WITHOUT_PORT(16)%</c>).</summary>
internal static class AddressText
{
    private const int LongestText = 64;

    public static void Write(LogText text, IPAddress address, int port)
    {
        var isBracketed = Plain(address).AddressFamily is AddressFamily.InterNetworkV6;
        text.Append(isBracketed ? "[" : "");
        Write(text, address, "");
        text.Append(isBracketed ? "]:" : ":");
        text.Append(port);
    }

    /// <param name="text">Gets it.</param>
    /// <param name="address">Whose.</param>
    /// <param name="mask">Bits of the network; empty for the address itself.</param>
    public static void Write(LogText text, IPAddress address, string mask)
    {
        var plain = Plain(address);
        var bits = int.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        Span<char> buffer = stackalloc char[LongestText];
        (bits < 0 ? plain : Network(plain, bits)).TryFormat(buffer, out var length);
        text.Append(buffer[..length]);
        if (bits >= 0)
        {
            text.Append('/');
            text.Append(bits);
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPAddress Network(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var index = 0; index < bytes.Length; index++)
        {
            var kept = Math.Clamp(bits - (index * 8), 0, 8);
            bytes[index] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
