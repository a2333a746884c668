using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Client.Xds.Decoders.Connections;

/// <summary>Decodes the conditions of a filter chain, with Envoy's checks; what a process cannot know before it dials is refused, never ignored.</summary>
internal static class FilterChainMatchDecoder
{
    public static ConnectionMatch Decode(FilterChainMatch? message, DecodeErrors errors)
    {
        if (message is null)
        {
            return ConnectionMatch.Any;
        }

        if (message.SourcePrefixRanges.Count > 0 || message.DirectSourcePrefixRanges.Count > 0 || message.SourcePorts.Count > 0
            || message.SourceType != FilterChainMatch.Types.ConnectionSourceType.Any)
        {
            errors.Add("source_prefix_ranges, direct_source_prefix_ranges, source_ports and source_type are not supported: a process has no source address before it connects");
        }

        if (message.AddressSuffix.Length > 0 || message.SuffixLen is not null)
        {
            errors.Add("address_suffix and suffix_len are not supported");
        }

        if (message.DestinationPort is < 1 or > ushort.MaxValue)
        {
            errors.Add($"destination_port: expected 1 to {ushort.MaxValue}, got {message.DestinationPort}");
        }

        return new ConnectionMatch
        {
            Port = (int?)message.DestinationPort,
            Prefixes = [.. Prefixes(message.PrefixRanges, errors)],
            ServerNames = ServerNames(message.ServerNames, errors),
            IsTls = IsTls(message.TransportProtocol, errors),
            ApplicationProtocols = [.. message.ApplicationProtocols],
        };
    }

    private static IEnumerable<IPNetwork> Prefixes(RepeatedField<CidrRange> ranges, DecodeErrors errors)
    {
        for (var index = 0; index < ranges.Count; index++)
        {
            var range = ranges[index];
            if (!IPAddress.TryParse(range.AddressPrefix, out var address))
            {
                errors.In("prefix_ranges", index).Add($"expected an IP address, got '{range.AddressPrefix}'");
                continue;
            }

            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            if (range.PrefixLen is not { } length || length > bits)
            {
                errors.In("prefix_ranges", index).Add($"prefix_len: expected 0 to {bits}, got {range.PrefixLen?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}");
                continue;
            }

            yield return Network(address, (int)length);
        }
    }

    // Envoy cuts the bits behind the prefix off; IPNetwork refuses them.
    private static IPNetwork Network(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static ImmutableArray<string> ServerNames(RepeatedField<string> names, DecodeErrors errors)
    {
        for (var index = 0; index < names.Count; index++)
        {
            // Envoy: a wildcard stands for whole labels at the front, and a full one is refused.
            var name = names[index];
            if (name.Length == 0 || name.IndexOf('*', 1) >= 0 || (name[0] == '*' && (name.Length < 3 || name[1] != '.')))
            {
                errors.In("server_names", index).Add($"expected a name or *. and a domain, got '{name}'");
            }
        }

        return [.. names.Select(name => name.ToLowerInvariant())];
    }

    private static bool? IsTls(string protocol, DecodeErrors errors)
    {
        switch (protocol)
        {
            case "":
                return null;
            case "tls":
                return true;
            case "raw_buffer":
                return false;
            default:
                errors.Add($"transport_protocol: expected tls or raw_buffer, got '{protocol}'");
                return null;
        }
    }
}
