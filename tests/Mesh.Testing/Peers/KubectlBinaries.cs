namespace Mesh.Testing.Peers;

/// <summary>Finds kubectl, in all its versions: what <c>MESH_KUBECTL</c> names, Debian's in the folder of the peers, and the one on PATH, or the newest that lies beside that.</summary>
public static class KubectlBinaries
{
    private static readonly Lazy<IReadOnlyList<string>> Found = new(Find);

    /// <summary>Each once, by its real path.</summary>
    public static IReadOnlyList<string> All => Found.Value;

    private static string[] Find()
    {
        var named = (Environment.GetEnvironmentVariable("MESH_KUBECTL") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "kubectl"))
            .FirstOrDefault(File.Exists);
        return
        [
            .. named
                .Append(Path.Combine(Peer.Folder, "kubectl", "usr", "bin", "kubectl"))
                .Append(NewestBeside(onPath) ?? onPath)
                .Where(File.Exists)
                .Select(path => RealPath(path!))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    // Google's SDK keeps one file a version, kubectl.1.33, next to a program that chooses among them.
    private static string? NewestBeside(string? path) => path is null
        ? null
        : Directory.GetFiles(Path.GetDirectoryName(RealPath(path))!, "kubectl.1.*")
            .Where(file => int.TryParse(file[(file.LastIndexOf('.') + 1)..], out _))
            .MaxBy(file => int.Parse(file[(file.LastIndexOf('.') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
