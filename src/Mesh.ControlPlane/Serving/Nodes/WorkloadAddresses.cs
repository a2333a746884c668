using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Reads where callers reach a process that registers: the first address, by which it is known, and the others.</summary>
internal static class WorkloadAddresses
{
    /// <summary>Every caller is sent all of them.</summary>
    private const int MaxAdditional = 7;

    private const string Reachable = "at which callers reach this process (not a wildcard or multicast address)";

    public static string Read(MetadataReader workload) =>
        Check(workload.PathOf(NodeMetadataKeys.WorkloadKeys.Address), workload.Text(NodeMetadataKeys.WorkloadKeys.Address));

    /// <param name="workload">What the process registers.</param>
    /// <param name="first">As read; a host name has addresses of its own.</param>
    public static ImmutableArray<string> ReadAdditional(MetadataReader workload, string first)
    {
        var path = workload.PathOf(NodeMetadataKeys.WorkloadKeys.AdditionalAddresses);
        var texts = Split(workload.Text(NodeMetadataKeys.WorkloadKeys.AdditionalAddresses));
        if (texts.Length > 0 && !IPAddress.TryParse(first, out _))
        {
            throw MetadataReader.Invalid(path, "none beside a host name", $"'{texts[0]}'");
        }

        if (texts.Length > MaxAdditional)
        {
            throw MetadataReader.Invalid(path, $"at most {MaxAdditional} addresses", $"{texts.Length}");
        }

        return [.. texts.Select(text => CheckIp(path, text)).Where(address => address != first).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Of a process that says nothing but its own addresses, as istiod's agents do: the first is the one to call.</summary>
    /// <remarks>
    /// An agent lists every interface, bridges that each machine has with the same address included; one of the other family is what dual stack means, and no more is taken.
    /// </remarks>
    public static (string First, ImmutableArray<string> Others) ReadOfInstance(MetadataReader metadata)
    {
        var texts = Split(metadata.Text(NodeMetadataKeys.InstanceIps));
        var first = Check(metadata.PathOf(NodeMetadataKeys.InstanceIps), texts.FirstOrDefault(""));
        if (!IPAddress.TryParse(first, out var own))
        {
            return (first, []);
        }

        var other = texts.Skip(1)
            .Select(text => IPAddress.TryParse(text, out var address) ? address : null)
            .FirstOrDefault(address => address is not null && address.AddressFamily != own.AddressFamily && IsRoutable(address));
        return (first, other is null ? [] : [other.ToString()]);
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Check(string path, string text) =>
        !IPAddress.TryParse(text, out var address) ? DnsName.IsName(text) ? text : throw MetadataReader.Invalid(path, "the IP address or host name " + Reachable, $"'{text}'")
        : IsReachable(address) ? address.ToString()
        : throw MetadataReader.Invalid(path, "the IP address or host name " + Reachable, $"'{text}'");

    private static string CheckIp(string path, string text) => IPAddress.TryParse(text, out var address) && IsReachable(address)
        ? address.ToString()
        : throw MetadataReader.Invalid(path, "IP addresses " + Reachable, $"'{text}'");

    private static bool IsReachable(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast) && !IsMulticast(address);

    private static bool IsRoutable(IPAddress address) => IsReachable(address) && !IPAddress.IsLoopback(address) && !IsLinkLocal(address);

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.AddressFamily is AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);

    private static bool IsMulticast(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily is AddressFamily.InterNetwork && address.GetAddressBytes()[0] is >= 224 and < 240);
}
