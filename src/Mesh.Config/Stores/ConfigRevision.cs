using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>Finds what leads from one configuration to the next; a resource whose content did not change keeps its version.</summary>
internal static class ConfigRevision
{
    /// <summary>The changes to exactly these resources, each with a version of its own; what is gone comes first.</summary>
    /// <param name="previous">The configuration before.</param>
    /// <param name="resources">All of the next one, each identity once.</param>
    /// <param name="lastVersion">The newest version that was ever given out.</param>
    public static ImmutableArray<ResourceChange> Compare(ConfigSnapshot previous, IReadOnlyCollection<Resource> resources, long lastVersion)
    {
        var kept = resources.Select(resource => resource.Id).ToHashSet();
        var gone = previous.Resources.Values.Where(resource => !kept.Contains(resource.Id)).OrderBy(Order, StringComparer.Ordinal);
        var written = resources.Where(resource => IsChange(previous.Resources.GetValueOrDefault(resource.Id), resource)).OrderBy(Order, StringComparer.Ordinal);
        var version = Math.Max(lastVersion, previous.Version);
        var changes = ImmutableArray.CreateBuilder<ResourceChange>();
        foreach (var resource in gone)
        {
            changes.Add(new ResourceChange(++version, resource, null));
        }

        foreach (var resource in written)
        {
            changes.Add(new ResourceChange(++version, previous.Resources.GetValueOrDefault(resource.Id), resource with { ResourceVersion = version }));
        }

        return changes.ToImmutable();
    }

    private static bool IsChange(Resource? before, Resource after) => before is null || !ResourceContent.AreEqual(before, after);

    // Repeatable, so that two runs over the same files give the same versions.
    private static string Order(Resource resource) => resource.Id.ToString();
}
