using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder.State;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>Carries a write out on disk: everything staged, then the record, then the files in place.</summary>
internal sealed class FolderWriter(string root, ConfigFolder folder, FilePlanner planner, FolderState state, IDurableFiles files)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The files of a resource that are not what was read last.</summary>
    public IReadOnlySet<string> FindStale(ResourceWrite write)
    {
        var places = folder.PlacesOf(write.Id);
        var paths = places.IsEmpty && write.Next is { } next ? [FilePlaces.Of(next.Id, next.Kind)] : places.AsEnumerable();
        return paths.Where(path => !IsAsRead(path, folder.Find(path))).Select(Locate).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Does it, for good.</summary>
    /// <returns>What is remembered of it, and the resource as it stands in its file (null when it is gone).</returns>
    /// <exception cref="RefusedWrite">It cannot be done; the files are as they were.</exception>
    /// <exception cref="StaleFileException">Somebody else changed a file meanwhile; it is left to them.</exception>
    public (StateRecord Record, Resource? Raw) Execute(ResourceWrite write)
    {
        IReadOnlyList<FileEdit> edits = write.Next is { } next ? [planner.Put(next)] : planner.Remove(write.Id);
        var raw = edits[^1].Raw;
        var staged = new Dictionary<FileEdit, string>();
        try
        {
            foreach (var edit in edits.Where(edit => edit.Content is not null))
            {
                files.CreateFolder(Path.GetDirectoryName(Locate(edit.Path))!);
                staged.Add(edit, files.Stage(Locate(edit.Path), edit.Content!, ModeOf(edit, write)));
            }

            var record = state.Plan(write.Id, raw, write.Next);
            RequireAsRead(edits);
            state.Append(record);
            foreach (var edit in edits.Where(edit => !edit.IsOfStateOnly))
            {
                // Once more, because a record takes a while to reach the disk: what is between this look and the rename is lost.
                RequireAsRead([edit]);
                PutInPlace(edit, staged.GetValueOrDefault(edit));
                staged.Remove(edit);
            }

            folder.Place(write.Id, raw is null ? null : edits[^1].Path);
            return (record, raw);
        }
        catch (Exception exception) when (exception is IOException and not StaleFileException or UnauthorizedAccessException)
        {
            throw RefusedWrite.Because(
                WriteRefusal.Unavailable,
                $"{write.Id} cannot be written to {Locate(edits[^1].Path)}: {exception.Message} Free space on the disk, or give this process the right to write there, and try again.");
        }
        finally
        {
            Discard(staged.Values);
        }
    }

    private void PutInPlace(FileEdit edit, string? staged)
    {
        var path = Locate(edit.Path);
        if (staged is null)
        {
            files.Delete(path);
            folder.Set(edit.Path, null);
        }
        else
        {
            files.Commit(staged, path, overwrite: edit.Before is not null);
            folder.Set(edit.Path, edit.After! with { Stamp = FileStamp.Of(path) });
        }
    }

    private void RequireAsRead(IReadOnlyList<FileEdit> edits)
    {
        if (edits.FirstOrDefault(edit => !edit.IsOfStateOnly && !IsAsRead(edit.Path, edit.Before)) is { } stale)
        {
            throw new StaleFileException(Locate(stale.Path));
        }
    }

    private bool IsAsRead(string path, ConfigFile? known)
    {
        try
        {
            return ConfigFileReader.DigestOf(File.ReadAllBytes(Locate(path))) == known?.Digest;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return known is null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private UnixFileMode? ModeOf(FileEdit edit, ResourceWrite write)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        // Values of a Secret are no more hidden in YAML than they are in base64.
        return edit.Before is not null ? File.GetUnixFileMode(Locate(edit.Path)) : write.Id is { Group: ResourceKinds.CoreGroup, Kind: "Secret" } ? OwnerOnly : null;
    }

    private void Discard(IEnumerable<string> staged)
    {
        foreach (var temporary in staged)
        {
            try
            {
                files.Discard(temporary);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Nobody reads it; the next start removes it.
            }
        }
    }

    private string Locate(string path) => Path.Combine(root, path);
}
