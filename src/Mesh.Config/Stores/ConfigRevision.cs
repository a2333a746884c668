using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>Makes the next snapshot; a resource whose content did not change keeps its version and its age.</summary>
internal static class ConfigRevision
{
    /// <summary>The snapshot that holds exactly these resources; it keeps its version when none of them differs.</summary>
    public static ConfigSnapshot Next(ConfigSnapshot previous, IReadOnlyCollection<Resource> resources, DateTimeOffset now)
    {
        var version = previous.Version + 1;
        var changed = resources.Count != previous.Resources.Count;
        var next = ImmutableDictionary.CreateBuilder<ResourceId, Resource>();
        foreach (var resource in resources)
        {
            var known = previous.Resources.GetValueOrDefault(resource.Id);
            var same = known is not null && HasSameContent(known, resource);
            changed |= !same;
            next[resource.Id] = resource with
            {
                ResourceVersion = same ? known!.ResourceVersion : version,
                CreationTimestamp = resource.CreationTimestamp != default ? resource.CreationTimestamp : known?.CreationTimestamp ?? now,
            };
        }

        return new ConfigSnapshot(changed ? version : previous.Version, next.ToImmutable());
    }

    private static bool HasSameContent(Resource left, Resource right) =>
        left.ApiVersion == right.ApiVersion
        && Equals(left.Spec, right.Spec)
        && left.Labels.SequenceEqual(right.Labels)
        && left.Annotations.SequenceEqual(right.Annotations)
        && (right.CreationTimestamp == default || right.CreationTimestamp == left.CreationTimestamp);
}
