namespace Mesh.ControlPlane.Stores;

/// <summary>Finds the configuration files of a folder tree and leaves out what editors and Kubernetes put beside them.</summary>
internal static class ConfigFiles
{
    private const int MaximumDepth = 16;
    private const int MaximumFiles = 10_000;

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Full paths by relative path, in ordinal order of the latter.</summary>
    /// <exception cref="IOException">The folder is missing or holds too many files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public static SortedDictionary<string, string> Find(string root)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Visit(new DirectoryInfo(root), "", depth: 0, files);
        return files;
    }

    /// <summary>Whether the name is one of a configuration file. Hidden files, backups and Vim's probe <c>4913</c> are not.</summary>
    public static bool IsConfigFile(string name) =>
        !name.StartsWith('.') && !name.EndsWith('~') && Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private static void Visit(DirectoryInfo folder, string prefix, int depth, SortedDictionary<string, string> files)
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
                VisitChild(child, $"{prefix}{entry.Name}/", depth, files);
            }
            else if (IsConfigFile(entry.Name))
            {
                files[prefix + entry.Name] = entry.FullName;
                if (files.Count > MaximumFiles)
                {
                    throw new IOException($"more than {MaximumFiles} configuration files");
                }
            }
        }
    }

    private static void VisitChild(DirectoryInfo child, string prefix, int depth, SortedDictionary<string, string> files)
    {
        // The depth also ends a circle of links.
        if (depth >= MaximumDepth)
        {
            return;
        }

        try
        {
            Visit(child, prefix, depth + 1, files);
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted while we looked: the next event reads the folder again.
        }
    }
}
