using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes the conditions that permissions and principals have in common.</summary>
internal static class RequestConditionDecoder
{
    public static PathCondition? Path(PathMatcher matcher, DecodeErrors errors)
    {
        if (matcher.RuleCase == PathMatcher.RuleOneofCase.Path)
        {
            return StringMatchDecoder.Decode(matcher.Path, errors) is { } path ? new PathCondition(path) : null;
        }

        errors.Add("path match of an unknown kind");
        return null;
    }

    public static AddressCondition? Address(AddressRole role, CidrRange range, DecodeErrors errors)
    {
        if (!IPAddress.TryParse(range.AddressPrefix, out var address))
        {
            errors.Add($"expected an IP address, got '{range.AddressPrefix}'");
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32u : 128u;
        var length = range.PrefixLen ?? 0;
        if (length <= bits)
        {
            return new AddressCondition(role, Network(address, (int)length));
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"prefix_len: expected 0 to {bits}, got {length}"));
        return null;
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
}
