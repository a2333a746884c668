using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Model;

namespace Mesh.Server.Gateway.Ports;

/// <summary>Makes the open ports of a gateway ports of its service, so that the mesh can send through it what goes out.</summary>
internal sealed class GatewayRegistration(GatewayPorts ports, WorkloadAnnouncer announcer)
{
    /// <summary>The control plane takes no more of one process.</summary>
    private const int MostPorts = 100;

    public void Announce()
    {
        var open = ports.OpenListeners.OrderBy(entry => entry.Listener.Port).DistinctBy(entry => entry.Listener.Port).Take(MostPorts).ToArray();
        announcer.GatewayListening(
            AddressOf([.. open.Select(entry => entry.Port.Local.Address)]),
            open.ToImmutableSortedDictionary(entry => NameOf(entry.Listener), entry => entry.Port.Local.Port, StringComparer.Ordinal),
            open.ToImmutableSortedDictionary(entry => NameOf(entry.Listener), entry => entry.Listener.Port, StringComparer.Ordinal));
    }

    // One that others can reach: not what stands for all addresses, and loopback last.
    private string AddressOf(IPAddress[] addresses) =>
        addresses.Length == 0 || Array.Exists(addresses, address => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? announcer.Workload.Address
            : (Array.Find(addresses, address => !IPAddress.IsLoopback(address)) ?? addresses[0]).ToString();

    /// <summary>Istio reads the protocol of a port from its name.</summary>
    private static string NameOf(GatewayListener listener)
    {
        var protocol = listener.Chains switch
        {
            _ when listener.Chains.Any(chain => chain is { Requests: not null, Tls: null }) => "http",
            _ when listener.Chains.Any(chain => chain is { Requests: not null }) => "https",
            _ when listener.Chains.Any(chain => chain.Tls is not null || !chain.Match.ServerNames.IsDefaultOrEmpty) => "tls",
            _ => "tcp",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{protocol}-{listener.Port}");
    }
}
