using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Documents;

namespace Mesh.ControlPlane.Stores;

/// <summary>Holds resources in memory alone: what the process itself gives as YAML, and what the API writes.</summary>
internal sealed class MemoryConfigStore(
    TimeProvider time, string defaultNamespace = "default", OwnedHosts? ownedHosts = null, StoreLimits? limits = null) : IResourceStore
{
    private readonly ResourceReader _reader = new(defaultNamespace, ownedHosts: ownedHosts);
    private readonly StoreLimits _limits = limits ?? StoreLimits.Default;

    // Held by writers only.
    private readonly Lock _writing = new();

    public event Action? Changed;

    public ConfigHistory History { get; } = new();

    public ConfigSnapshot Current => History.Current;

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

        lock (_writing)
        {
            var resources = new Dictionary<ResourceId, Resource>(Current.Resources);
            foreach (var resource in read.Resources)
            {
                resources[resource.Id] = Complete(resource);
            }

            var changes = ConfigRevision.Compare(Current, resources.Values, Current.Version);
            if (changes.IsEmpty)
            {
                return read;
            }

            History.Append(changes);
        }

        Changed?.Invoke();
        return read;
    }

    /// <summary>Removes a resource; false when there is none.</summary>
    public bool Delete(ResourceId id) => Write(new ResourceWrite(id, null, null)).Status == WriteStatus.Done;

    public Task<WriteResult> WriteAsync(ResourceWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Write(write));
    }

    private WriteResult Write(ResourceWrite write)
    {
        write = write with { Next = write.Next is { } next ? ObjectIdentity.Normalize(next) : null };
        WriteResult result;
        lock (_writing)
        {
            var current = Current.Resources.GetValueOrDefault(write.Id);
            if ((WriteRules.Judge(write, current) ?? WriteRules.Measure(write, History, _limits)) is { } verdict)
            {
                return verdict;
            }

            var version = Current.Version + 1;
            History.Append([new ResourceChange(version, current, write.Next)]);
            result = new WriteResult(WriteStatus.Done, Current.Resources.GetValueOrDefault(write.Id) ?? current, version);
        }

        Changed?.Invoke();
        return result;
    }

    private Resource Complete(Resource raw)
    {
        var known = Current.Resources.GetValueOrDefault(raw.Id);
        var isNewBody = known is not null && DocumentHash.OfBody(known.Document) != DocumentHash.OfBody(raw.Document);
        return ObjectIdentity.Complete(raw, ObjectIdentity.Renew(raw, known is null ? null : DocumentParts.Kept(known.Document), isNewBody, time.GetUtcNow()));
    }
}
