namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>What tells without reading that a file changed: its length, its time and what its link leads to.</summary>
internal readonly record struct FileStamp(long Length, DateTime LastWriteUtc, string? Target)
{
    /// <exception cref="IOException">The file is gone.</exception>
    public static FileStamp Of(string path)
    {
        // FileInfo tells the times of a link itself; a ConfigMap volume swaps what is behind it.
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true);
        var file = new FileInfo(target?.FullName ?? path);
        return new FileStamp(file.Length, file.LastWriteTimeUtc, target?.FullName);
    }
}
