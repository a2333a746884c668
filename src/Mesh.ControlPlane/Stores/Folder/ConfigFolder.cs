using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>The state of the folder as of its last scan; used by one thread at a time.</summary>
internal sealed class ConfigFolder(string root, ResourceReader reader, StoreLimits limits)
{
    private string? _target;
    private SortedDictionary<string, ConfigFile> _files = new(StringComparer.Ordinal);

    // Of the last merge: where each resource stands, the file that is used first.
    private Dictionary<ResourceId, ImmutableArray<string>> _places = [];

    public ConfigFileReader Reader { get; } = new(root, reader);

    /// <summary>The file, as it was read last; null when there is none.</summary>
    public ConfigFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>The files that hold a resource, the one that is used first.</summary>
    public ImmutableArray<string> PlacesOf(ResourceId id) => _places.GetValueOrDefault(id, []);

    /// <summary>Takes note of where a resource stands from now on; null: nowhere.</summary>
    public void Place(ResourceId id, string? path)
    {
        if (path is null)
        {
            _places.Remove(id);
        }
        else if (!_places.ContainsKey(id))
        {
            _places[id] = [path];
        }
    }

    /// <summary>Takes note of a file that was written, or with null removed.</summary>
    public void Set(string path, ConfigFile? file)
    {
        if (file is null)
        {
            _files.Remove(path);
        }
        else
        {
            _files[path] = file;
        }
    }

    /// <summary>Reads what changed.</summary>
    /// <param name="suspects">Full paths that were announced as changed; they are read even when their stamps look the same.</param>
    /// <returns>The files that were read again and those that are gone, each as it was and as it is.</returns>
    public IReadOnlyList<ConfigFileChange> Scan(IReadOnlySet<string> suspects)
    {
        var changes = new List<ConfigFileChange>();

        // A link that leads elsewhere than before: other files, perhaps with the same stamps.
        var target = Directory.ResolveLinkTarget(root, returnFinalTarget: true)?.FullName;
        var isOther = target != _target;
        var files = new SortedDictionary<string, ConfigFile>(StringComparer.Ordinal);
        foreach (var (path, fullPath) in ConfigFiles.Find(root))
        {
            var known = _files.GetValueOrDefault(path);
            if (!isOther && known is not null && !suspects.Contains(fullPath) && StampOf(fullPath) == known.Stamp)
            {
                files[path] = known;
                continue;
            }

            var read = Reader.Read(path, fullPath, known);
            files[path] = read;
            if (known is null || known.Digest != read.Digest || read.Digest.Length == 0)
            {
                changes.Add(new ConfigFileChange(known, read));
            }
        }

        changes.AddRange(_files.Values.Where(file => !files.ContainsKey(file.Path)).Select(file => new ConfigFileChange(file, null)));
        (_target, _files) = (target, files);
        return changes;
    }

    /// <summary>All served resources; of two with the same identity the first in ordinal order of files wins.</summary>
    /// <param name="status">Every file, with a warning at each resource that lost.</param>
    public IReadOnlyCollection<Resource> Merge(out ImmutableArray<FileStatus> status)
    {
        var winners = new Dictionary<ResourceId, Resource>();
        var places = new Dictionary<ResourceId, ImmutableArray<string>>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var files = ImmutableArray.CreateBuilder<FileStatus>();
        foreach (var file in _files.Values)
        {
            var findings = file.Findings.ToBuilder();
            var served = 0;
            foreach (var resource in file.Resources)
            {
                var before = places.GetValueOrDefault(resource.Id, []);
                if (before.IsEmpty && CountUp(resource, counts) is var count && count > limits.ObjectsPerNamespace)
                {
                    // Once a namespace: the flood must not go on in the log.
                    if (count == limits.ObjectsPerNamespace + 1)
                    {
                        findings.Add(Crowded(resource));
                    }

                    continue;
                }

                places[resource.Id] = before.Contains(file.Path) ? before : before.Add(file.Path);
                if (winners.TryAdd(resource.Id, resource))
                {
                    served++;
                }
                else
                {
                    findings.Add(Shadowed(resource, winners[resource.Id]));
                }
            }

            files.Add(new FileStatus(file.Path, file.Accepted, served, findings.ToImmutable()));
        }

        (status, _places) = (files.ToImmutable(), places);
        return winners.Values;
    }

    private static int CountUp(Resource resource, Dictionary<string, int> counts) =>
        counts[resource.Id.Namespace] = counts.GetValueOrDefault(resource.Id.Namespace) + 1;

    // A namespace that floods the folder has no part in what the others may have.
    private ResourceFinding Crowded(Resource resource) => new(
        FindingSeverity.Warning,
        "metadata.namespace",
        $"the namespace {resource.Id.Namespace} has more than {limits.ObjectsPerNamespace} resources; this one and those in later files are not used",
        resource.Origin)
    {
        Subject = resource.Id.ToString(),
    };

    private static ResourceFinding Shadowed(Resource loser, Resource winner) =>
        new(FindingSeverity.Warning, "metadata.name", $"the same resource is already in {winner.Origin}, which is used; remove one of the two", loser.Origin)
        {
            Subject = loser.Id.ToString(),
        };

    private static FileStamp? StampOf(string path)
    {
        try
        {
            return FileStamp.Of(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
