using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>An address is in a range.</summary>
internal sealed class AddressTest : RequestTest
{
    // An IPv6-mapped IPv4 range is one of IPv4.
    private const int MappedBits = 96;

    private readonly AddressRole _role;
    private readonly NetworkAddress _network;
    private readonly int _prefixLength;

    public AddressTest(AddressCondition condition)
    {
        _role = condition.Role;
        var range = condition.Range;
        var isMapped = range.BaseAddress.IsIPv4MappedToIPv6 && range.PrefixLength >= MappedBits;
        _network = NetworkAddress.Of(isMapped ? range.BaseAddress.MapToIPv4() : range.BaseAddress);
        _prefixLength = isMapped ? range.PrefixLength - MappedBits : range.PrefixLength;
    }

    public override Truth Test(ref RequestFacts facts)
    {
        var address = _role switch
        {
            AddressRole.Destination => NetworkAddress.Of(facts.Local),
            AddressRole.Source => NetworkAddress.Of(facts.Source),
            _ => facts.Remote,
        };

        // What nobody knows (a Unix socket, a forged list) is for rules that refuse as good as inside.
        return address.IsKnown ? Of(address.IsIn(_network, _prefixLength)) : Truth.Unknown;
    }
}
