namespace Bookinfo.AppHost;

/// <summary>The secrets of one run, for this user alone: the control plane's keys and the workloads' tokens. Gone with the run.</summary>
internal sealed class RunFolder : IDisposable
{
    // Mode 0700, by the contract of this method; on Windows the folder is in the user's profile.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bookinfo-run-");

    /// <summary>Where the control plane keeps its state; <c>meshctl --state</c> takes it, too.</summary>
    public string State => Path.Combine(_folder.FullName, "control-plane");

    /// <summary>The resources of this run, when the user named no folder for them.</summary>
    public string Config => _folder.CreateSubdirectory("config").FullName;

    /// <summary>Writes a secret to a file that only this user can read.</summary>
    /// <returns>The path of the file.</returns>
    public async Task<string> WriteSecretAsync(string name, string secret, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var path = Path.Combine(_folder.FullName, name);
        await using var writer = new StreamWriter(path, options);
        await writer.WriteLineAsync(secret.AsMemory(), cancellationToken);
        return path;
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is in it is worth nothing once the control plane has stopped; the run did not fail for it.
        }
    }
}
