namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>The steps of writing a file for good. Whatever fails throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
internal interface IDurableFiles
{
    /// <summary>Makes a folder with those above it.</summary>
    void CreateFolder(string path);

    /// <summary>Writes content beside a file.</summary>
    /// <returns>Where it is.</returns>
    string Stage(string path, byte[] content, UnixFileMode? mode);

    /// <summary>Puts staged content in place.</summary>
    void Commit(string temporary, string path, bool overwrite);

    /// <summary>Gives staged content up.</summary>
    void Discard(string temporary);

    void Delete(string path);
}
