using System.Net;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>Reads the subnets of a match: an address, or an address and a length.</summary>
internal static class PrefixRange
{
    /// <summary>One spelling for one range: an address alone is a range of its full length, and the bits behind the prefix are zero.</summary>
    public static string Normalize(string subnet)
    {
        var slash = subnet.IndexOf('/', StringComparison.Ordinal);
        var address = IPAddress.Parse(slash < 0 ? subnet : subnet[..slash]);
        var bytes = address.GetAddressBytes();
        var length = slash < 0 ? bytes.Length * 8 : int.Parse(subnet.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture);
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length).ToString();
    }

    /// <param name="normalized">What <see cref="Normalize"/> made.</param>
    public static CidrRange Parse(string normalized)
    {
        var network = IPNetwork.Parse(normalized);
        return new CidrRange { AddressPrefix = network.BaseAddress.ToString(), PrefixLen = (uint)network.PrefixLength };
    }
}
