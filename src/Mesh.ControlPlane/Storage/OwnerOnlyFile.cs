using Mesh.Config.Files;
using Microsoft.Win32.SafeHandles;

namespace Mesh.ControlPlane.Storage;

/// <summary>Reads and writes files that nobody but their owner may see; on Windows the folder's access list does that.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Writers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Readers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>More than any document of ours: a file that is larger is none of them.</summary>
    private const long MaxLength = 64 * 1024 * 1024;

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="StateException">It cannot be read, or others may write it (or, when it is secret, read it).</exception>
    public static byte[]? Read(string path, bool isSecret)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            RequireMode(handle, path, isSecret);
            var length = RandomAccess.GetLength(handle);
            if (length > MaxLength)
            {
                throw new StateException($"{path}: expected at most {MaxLength} bytes, got {length}.");
            }

            using var stream = new FileStream(handle, FileAccess.Read);
            var content = new byte[length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException and not StateException)
        {
            throw new StateException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes beside the file, makes it last, and renames: a crash leaves the old content or the new.</summary>
    /// <exception cref="StateException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            AtomicFile.Write(path, content, Owner);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new StateException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    public static FileStreamOptions Creating(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        return options;
    }

    private static void RequireMode(SafeFileHandle handle, string path, bool isSecret)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Of the opened file, so that a link or a later change cannot show another mode than what is read.
        var mode = File.GetUnixFileMode(handle);
        if (isSecret && (mode & (Readers | Writers)) != 0)
        {
            throw new StateException(
                $"{path} holds a private key, and other users of this machine may read or change it (mode {Octal(mode)}): expected 0600. "
                + $"Run 'chmod 600 {path}', find out who could have read it and whether backups hold it; if that is not certain, replace the key (docs/authority.md).");
        }

        if ((mode & Writers) != 0)
        {
            throw new StateException($"{path} may be changed by other users of this machine (mode {Octal(mode)}): expected 0600. Check what it says, then run 'chmod 600 {path}'.");
        }
    }

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
