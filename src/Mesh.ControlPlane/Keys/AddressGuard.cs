using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.ControlPlane.Keys;

/// <summary>Decides to which addresses the control plane may be sent by a resource: public ones, and those that the operator allows (SSRF).</summary>
internal sealed class AddressGuard
{
    // RFC 6890 and its kin: nothing of the public internet, or a way around this list. Azure's platform address is public by form only.
    private static readonly ImmutableArray<IPNetwork> Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly HashSet<string> _hosts;
    private readonly ImmutableArray<IPNetwork> _networks;

    public AddressGuard(IEnumerable<string> allowedHosts, IEnumerable<string> allowedNetworks)
    {
        _hosts = new HashSet<string>(allowedHosts, StringComparer.OrdinalIgnoreCase);
        _networks = [.. allowedNetworks.Select(network => IPNetwork.Parse(network))];
    }

    /// <param name="host">As the URL names it.</param>
    /// <param name="port">As the URL names it.</param>
    /// <param name="address">One that the name resolved to.</param>
    public bool Allows(string host, int port, IPAddress address)
    {
        address = Plain(address);
        return _hosts.Contains(host)
            || _hosts.Contains(string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"))
            || _networks.Any(network => network.Contains(address))
            || !Refused.Any(network => network.Contains(address));
    }

    /// <summary>The IPv4 address inside an IPv6 one, in the forms that reach it.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
    }
}
