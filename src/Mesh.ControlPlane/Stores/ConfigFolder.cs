using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Admission;

namespace Mesh.ControlPlane.Stores;

/// <summary>The state of the folder as of its last scan; used by one thread.</summary>
internal sealed class ConfigFolder(string root, ResourceReader reader)
{
    private readonly ConfigFileReader _reader = new(root, reader);
    private string? _target;
    private SortedDictionary<string, ConfigFile> _files = new(StringComparer.Ordinal);

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

            files[path] = _reader.Read(path, fullPath, known);
            changes.Add(new ConfigFileChange(known, files[path]));
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
        var files = ImmutableArray.CreateBuilder<FileStatus>();
        foreach (var file in _files.Values)
        {
            var findings = file.Findings.ToBuilder();
            var served = 0;
            foreach (var resource in file.Resources)
            {
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

        status = files.ToImmutable();
        return winners.Values;
    }

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
