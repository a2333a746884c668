using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.ControlPlane.Config;
using Mesh.ControlPlane.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation;

/// <summary>The resources that generation reads, sorted once for a configuration: the oldest first.</summary>
internal sealed class ConfigIndex
{
    public ConfigIndex(ConfigSnapshot config)
    {
        VirtualServices = OldestFirst<VirtualService>(config);
        DestinationRules = OldestFirst<DestinationRule>(config)
            .GroupBy(rule => rule.Namespace, StringComparer.Ordinal)
            .ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
    }

    public ImmutableArray<ConfigResource<VirtualService>> VirtualServices { get; }

    /// <summary>By namespace.</summary>
    public ImmutableDictionary<string, ImmutableArray<ConfigResource<DestinationRule>>> DestinationRules { get; }

    private static ImmutableArray<ConfigResource<TSpec>> OldestFirst<TSpec>(ConfigSnapshot config)
        where TSpec : class, IMessage =>
    [
        .. config.Resources.Values
            .Where(resource => resource.Spec is TSpec)
            .OrderBy(resource => resource.CreationTimestamp)
            .ThenBy(resource => resource.Id.Name, StringComparer.Ordinal)
            .ThenBy(resource => resource.Id.Namespace, StringComparer.Ordinal)
            .Select(resource => new ConfigResource<TSpec>(resource, (TSpec)resource.Spec!)),
    ];
}
