using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Tables;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>The objects of the API: those of the store, and those that are there without anybody having written them.</summary>
internal sealed class ObjectSource(IResourceStore store, TimeProvider time)
{
    private readonly ImpliedNamespaces _namespaces = new(time.GetUtcNow());
    private readonly Lazy<ImmutableArray<Resource>> _definitions = new(() => Definitions.All(time.GetUtcNow()));

    // Sorting ten thousand objects for each of a thousand lists of the same moment would be waste; goes with its snapshot.
    private readonly ConditionalWeakTable<ConfigSnapshot, ConcurrentDictionary<(string Group, string Kind), ImmutableArray<Resource>>> _lists = [];

    public IResourceStore Store => store;

    public ConfigSnapshot Current => store.History.Current;

    /// <summary>The object as it is now, or null.</summary>
    public Resource? Find(ResourceKind kind, ResourceId id) => Find(Current, kind, id);

    /// <summary>The object at a moment, or null.</summary>
    public Resource? Find(ConfigSnapshot snapshot, ResourceKind kind, ResourceId id)
    {
        if (snapshot.Resources.TryGetValue(id, out var found))
        {
            return found;
        }

        return kind == ServedKinds.Namespace
            ? _namespaces.Find(snapshot, id.Name)
            : kind == ServedKinds.CustomResourceDefinition ? _definitions.Value.FirstOrDefault(definition => definition.Id.Name == id.Name) : null;
    }

    /// <summary>Whether the store itself has the object: one that is only implied has no version to compare with.</summary>
    public static bool IsStored(ConfigSnapshot snapshot, ResourceId id) => snapshot.Resources.ContainsKey(id);

    /// <summary>Whether the object is on its way out, and waits for its finalizers.</summary>
    public static bool IsDeleted(Resource resource) => resource.Document.At("metadata", "deletionTimestamp").ValueKind == System.Text.Json.JsonValueKind.String;

    public static string UidOf(Resource resource) => resource.Document.At("metadata", "uid").Text();

    /// <summary>The namespace that an event or a list shows although nobody wrote it, or null.</summary>
    public Resource? ImpliedNamespace(string name) => _namespaces.Permanent(name);

    /// <summary>All objects of a kind at a moment, by namespace and name.</summary>
    public ImmutableArray<Resource> List(ConfigSnapshot snapshot, ResourceKind kind)
    {
        return _lists.GetOrCreateValue(snapshot).GetOrAdd((kind.Group, kind.Kind), static (key, argument) => argument.Source.Sort(argument.Snapshot, key), (Source: this, Snapshot: snapshot));
    }

    /// <summary>The configuration as it was at a version; null when its past is no longer known.</summary>
    public ConfigSnapshot? At(long version)
    {
        var current = Current;
        if (current.Version == version)
        {
            return current;
        }

        if (!store.History.TryGetChanges(version, out var changes))
        {
            return null;
        }

        var resources = current.Resources.ToBuilder();
        foreach (var change in changes.Where(change => change.Version <= current.Version).Reverse())
        {
            if (change.Before is { } before)
            {
                resources[before.Id] = before;
            }
            else
            {
                resources.Remove(change.Id);
            }
        }

        return new ConfigSnapshot(version, resources.ToImmutable());
    }

    private ImmutableArray<Resource> Sort(ConfigSnapshot snapshot, (string Group, string Kind) key)
    {
        var stored = snapshot.Resources.Values.Where(resource => resource.Id.Kind == key.Kind && resource.Id.Group == key.Group);
        if (key == (ServedKinds.Namespace.Group, ServedKinds.Namespace.Kind))
        {
            stored = stored.Concat(_namespaces.Missing(snapshot));
        }
        else if (key == (ServedKinds.CustomResourceDefinition.Group, ServedKinds.CustomResourceDefinition.Kind))
        {
            stored = stored.Concat(_definitions.Value.Where(definition => !IsStored(snapshot, definition.Id)));
        }

        return [.. stored.OrderBy(resource => resource.Id.Namespace, StringComparer.Ordinal).ThenBy(resource => resource.Id.Name, StringComparer.Ordinal)];
    }
}
