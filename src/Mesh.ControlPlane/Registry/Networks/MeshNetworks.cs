using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.Config.Stores;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Registry.Networks;

/// <summary>The networks of the mesh configuration (Istio's MeshNetworks, key <c>meshNetworks</c> of the ConfigMap <c>istio</c>): which addresses and clusters are in them, and how they are entered.</summary>
internal sealed class MeshNetworks
{
    private const string Key = "meshNetworks";
    private static readonly ResourceId Place = new(ResourceKinds.CoreGroup, ResourceKinds.ConfigMap.Kind, MeshConfigDecoder.Namespace, MeshConfigDecoder.ConfigMapName);

    private MeshNetworks()
    {
    }

    public static MeshNetworks None { get; } = new();

    /// <summary>Of addresses, the longest prefix first.</summary>
    public ImmutableArray<(IPNetwork Range, string Network)> Ranges { get; private init; } = [];

    /// <summary>By cluster: the network of endpoints that say nothing of their own.</summary>
    public ImmutableDictionary<string, string> Clusters { get; private init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>With an address.</summary>
    public ImmutableArray<NetworkGateway> Gateways { get; private init; } = [];

    /// <summary>Gateways by the host of a service whose addresses they have.</summary>
    public ImmutableArray<(string Network, string Service, int Port)> ServiceGateways { get; private init; } = [];

    /// <summary>Text that cannot be read counts as none: admission has told its writer.</summary>
    public static MeshNetworks Of(ConfigSnapshot config)
    {
        if (!config.Resources.TryGetValue(Place, out var map) || map.Document.ValueKind != JsonValueKind.Object
            || !map.Document.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty(Key, out var text) || text.ValueKind != JsonValueKind.String)
        {
            return None;
        }

        try
        {
            return YamlTreeReader.Read(new YamlText(text.GetString()!, 1), YamlLimits.Default) is YamlMapping node
                && node.Find("networks") is YamlMapping networks ? Read(networks) : None;
        }
        catch (YamlFormatException)
        {
            return None;
        }
    }

    /// <summary>The network of an endpoint that does not say it itself; empty when nothing tells.</summary>
    public string NetworkOf(string address, string cluster) =>
        !Ranges.IsEmpty && IPAddress.TryParse(address, out var ip) && Ranges.FirstOrDefault(range => range.Range.Contains(ip)) is { Network: { } found }
            ? found
            : Clusters.GetValueOrDefault(cluster, "");

    private static MeshNetworks Read(YamlMapping networks)
    {
        var ranges = ImmutableArray.CreateBuilder<(IPNetwork Range, string Network)>();
        var clusters = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var gateways = ImmutableArray.CreateBuilder<NetworkGateway>();
        var services = ImmutableArray.CreateBuilder<(string, string, int)>();
        foreach (var entry in networks.Entries)
        {
            var name = entry.Key.Text;
            foreach (var member in Items(entry.Value, "endpoints"))
            {
                if (Text(member, "fromCidr") is { } cidr && IPNetwork.TryParse(cidr, out var range))
                {
                    ranges.Add((range, name));
                }
                else if (Text(member, "fromRegistry") is { } registry)
                {
                    clusters.TryAdd(registry, name);
                }
            }

            foreach (var gateway in Items(entry.Value, "gateways"))
            {
                var port = int.TryParse(Text(gateway, "port"), out var number) && number is > 0 and <= 65535 ? number : NetworkGateway.DefaultPort;
                if (Text(gateway, "address") is { Length: > 0 } address)
                {
                    gateways.Add(new NetworkGateway(name, "", address, port));
                }
                else if (Text(gateway, "registryServiceName") is { Length: > 0 } service)
                {
                    services.Add((name, service.ToLowerInvariant(), port));
                }
            }
        }

        return new MeshNetworks
        {
            Ranges = [.. ranges.OrderByDescending(range => range.Range.PrefixLength)],
            Clusters = clusters.ToImmutable(),
            Gateways = gateways.ToImmutable(),
            ServiceGateways = services.ToImmutable(),
        };
    }

    private static IEnumerable<YamlMapping> Items(YamlNode network, string field) =>
        network is YamlMapping mapping && mapping.Find(field) is YamlSequence items ? items.Items.OfType<YamlMapping>() : [];

    private static string? Text(YamlMapping mapping, string field) => (mapping.Find(field) as YamlScalar)?.Text;
}
