namespace Mesh.Client.Xds.Resources;

/// <summary>What an earlier process left of one type, by name: for resources of which no server has given this process one that it can use.</summary>
internal sealed class ResourceShelf<T>(ResourceReader<T> reader)
    where T : class
{
    private readonly Dictionary<string, HeldResource> _resources = new(StringComparer.Ordinal);

    public IEnumerable<HeldResource> All => _resources.Values;

    public void Put(HeldResource resource) => _resources[resource.Name] = resource;

    /// <summary>A server has spoken: it is of no use any more.</summary>
    public void Remove(string name) => _resources.Remove(name);

    /// <summary>Gives a resource of which no version is held the one before; false when there is none.</summary>
    public bool TryRestore(ResourceWatch<T> watch)
    {
        if (watch.Value is not null || !_resources.Remove(watch.Name, out var shelved) || reader.Read(shelved, out var bytes) is not { Value: { } value })
        {
            return false;
        }

        (watch.Value, watch.Bytes, watch.Version, watch.IsRestored, watch.IsAbsent, watch.Deadline) = (value, bytes, shelved.Version, true, false, null);
        return true;
    }
}
