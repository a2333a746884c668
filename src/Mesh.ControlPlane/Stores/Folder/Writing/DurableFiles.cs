using Mesh.Config.Files;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>Writes to the file system.</summary>
internal sealed class DurableFiles : IDurableFiles
{
    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var above = Path.GetDirectoryName(path)!;
        CreateFolder(above);
        Directory.CreateDirectory(path);
        FolderSync.Flush(above);
    }

    public string Stage(string path, byte[] content, UnixFileMode? mode) => AtomicFile.Stage(path, content, mode);

    public void Commit(string temporary, string path, bool overwrite) => AtomicFile.Commit(temporary, path, overwrite);

    public void Discard(string temporary) => File.Delete(temporary);

    public void Delete(string path) => AtomicFile.Delete(path);
}
