using System.Net;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Finds the service behind a virtual address: a cluster IP, or an address or range of a ServiceEntry.</summary>
internal static class VirtualAddresses
{
    /// <summary>Null when the host is a name.</summary>
    public static IPAddress? Parse(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : null;

    public static bool Is(string host) => Parse(host) is not null;

    /// <summary>The service with the narrowest range around the address, the older of two.</summary>
    public static ResolvedService? Find(RegistrySnapshot registry, IPAddress address, Func<Service, bool> isSeen)
    {
        (Service Service, int Bits)? best = null;
        foreach (var service in registry.Services.Values)
        {
            var bits = service.Addresses.IsEmpty ? -1 : service.Addresses.Max(range => BitsOf(range, address));
            if (bits >= 0 && isSeen(service) && (best is null || bits > best.Value.Bits || (bits == best.Value.Bits && IsOlder(service, best.Value.Service))))
            {
                best = (service, bits);
            }
        }

        if (best is not { Service: var found })
        {
            return null;
        }

        // By its own address a service has its own name. Where the address is what is dialled, is one of many, or the name is a wildcard, it stands for itself.
        var named = found.Resolution != ServiceResolution.None && !found.Hostname.StartsWith('*') && found.Addresses.Contains(address.ToString());
        return new ResolvedService(found, named ? found.Hostname : address.ToString());
    }

    /// <summary>How long the prefix is that holds the address; -1 when it does not.</summary>
    private static int BitsOf(string range, IPAddress address)
    {
        if (IPAddress.TryParse(range, out var single))
        {
            return single.Equals(address) ? single.GetAddressBytes().Length * 8 : -1;
        }

        // Kubernetes and Istio take ranges whose host bits are not zero.
        return range.Split('/') is [var start, var length]
            && IPAddress.TryParse(start, out var first)
            && int.TryParse(length, System.Globalization.CultureInfo.InvariantCulture, out var bits)
            && first.AddressFamily == address.AddressFamily
            && SharesPrefix(first.GetAddressBytes(), address.GetAddressBytes(), bits)
                ? bits
                : -1;
    }

    private static bool SharesPrefix(byte[] left, byte[] right, int bits)
    {
        for (var index = 0; index < left.Length && bits > 0; index++, bits -= 8)
        {
            var mask = bits >= 8 ? 0xff : 0xff << (8 - bits) & 0xff;
            if (((left[index] ^ right[index]) & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOlder(Service left, Service right) =>
        (left.CreationTimestamp, left.Hostname).CompareTo((right.CreationTimestamp, right.Hostname)) < 0;
}
