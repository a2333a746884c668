using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores;

/// <summary>Holds resources that the process itself gives as YAML: a mesh of one, without a folder.</summary>
internal sealed class MemoryConfigStore(TimeProvider time, string defaultNamespace = "default", OwnedHosts? ownedHosts = null) : IConfigStore
{
    private readonly ResourceReader _reader = new(defaultNamespace, ownedHosts: ownedHosts);

    // Held by writers only.
    private readonly Lock _writing = new();
    private volatile ConfigSnapshot _current = ConfigSnapshot.Empty;

    public event Action? Changed;

    public ConfigSnapshot Current => _current;

    /// <summary>Adds or replaces the resources of a text: all of them, or none when one is bad.</summary>
    /// <param name="yaml">One or more documents.</param>
    /// <param name="source">Stands for a file name in the findings.</param>
    /// <exception cref="FormatException">Names everything that is wrong.</exception>
    public ReadText Apply(string yaml, string source = "resources")
    {
        var read = _reader.Read(yaml, source);
        if (read.Rejected)
        {
            throw new FormatException($"The resources are rejected:{Environment.NewLine}{string.Join(Environment.NewLine, read.Errors)}");
        }

        Write(resources =>
        {
            foreach (var resource in read.Resources)
            {
                resources[resource.Id] = resource;
            }
        });
        return read;
    }

    /// <summary>Removes a resource; false when there is none.</summary>
    public bool Delete(ResourceId id)
    {
        var removed = false;
        Write(resources => removed = resources.Remove(id));
        return removed;
    }

    private void Write(Action<Dictionary<ResourceId, Resource>> edit)
    {
        lock (_writing)
        {
            var previous = _current;
            var resources = new Dictionary<ResourceId, Resource>(previous.Resources);
            edit(resources);
            _current = ConfigRevision.Next(previous, resources.Values, time.GetUtcNow());
            if (_current.Version == previous.Version)
            {
                return;
            }
        }

        Changed?.Invoke();
    }
}
