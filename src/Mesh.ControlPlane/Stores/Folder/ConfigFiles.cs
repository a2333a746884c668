using Mesh.Config.Files;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Finds the configuration files of a folder tree and leaves out what editors and Kubernetes put beside them.</summary>
internal static class ConfigFiles
{
    private const int MaximumDepth = 16;
    private const int MaximumFiles = 200_000;

    /// <summary>Of one folder in the root, which is what the API makes for a namespace: more than its resources may be.</summary>
    private const int MaximumFilesOfOne = 20_000;

    private static readonly EnumerationOptions AllFiles = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <exception cref="ConfigFolderException">There is no such folder.</exception>
    public static void Require(string root)
    {
        if (File.Exists(root))
        {
            throw new ConfigFolderException($"The configuration folder {root} is a file. Name the folder that holds it.");
        }

        if (!Directory.Exists(root))
        {
            throw new ConfigFolderException($"The configuration folder {root} does not exist. Create it (it may be empty), or choose another with --config DIR.");
        }
    }

    /// <summary>Full paths by relative path, in ordinal order of the latter.</summary>
    /// <exception cref="IOException">The folder is missing or holds too many files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public static SortedDictionary<string, string> Find(string root)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Visit(new DirectoryInfo(root), "", depth: 0, int.MaxValue, files);
        return files;
    }

    /// <summary>Whether the name is one of a configuration file. Hidden files, backups and Vim's probe <c>4913</c> are not.</summary>
    public static bool IsConfigFile(string name) =>
        !name.StartsWith('.') && !name.EndsWith('~') && Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Removes what a write left behind that was interrupted.</summary>
    public static void RemoveTemporary(string root)
    {
        foreach (var folder in Find(root).Values.Select(path => Path.GetDirectoryName(path)!).Append(root).Distinct(StringComparer.Ordinal))
        {
            foreach (var temporary in new DirectoryInfo(folder).EnumerateFiles("*" + AtomicFile.TemporaryEnding, AllFiles))
            {
                temporary.Delete();
            }
        }
    }

    // Room: how many files there may be in all when the folder is done; the rest is left out.
    private static void Visit(DirectoryInfo folder, string prefix, int depth, int room, SortedDictionary<string, string> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            // A ConfigMap volume keeps its real files in hidden folders and links to them from its root.
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            if (entry is DirectoryInfo child)
            {
                VisitChild(child, $"{prefix}{entry.Name}/", depth, depth == 0 ? files.Count + MaximumFilesOfOne : room, files);
            }
            else if (IsConfigFile(entry.Name) && files.Count < room)
            {
                files[prefix + entry.Name] = entry.FullName;
                if (files.Count > MaximumFiles)
                {
                    throw new IOException($"more than {MaximumFiles} configuration files");
                }
            }
        }
    }

    private static void VisitChild(DirectoryInfo child, string prefix, int depth, int room, SortedDictionary<string, string> files)
    {
        // The depth also ends a circle of links.
        if (depth >= MaximumDepth)
        {
            return;
        }

        try
        {
            Visit(child, prefix, depth + 1, room, files);
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted while we looked: the next event reads the folder again.
        }
    }
}
