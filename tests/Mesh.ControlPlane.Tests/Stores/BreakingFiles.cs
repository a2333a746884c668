using Mesh.ControlPlane.Stores.Folder.Writing;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>Real files that fail, or end the process in effect, at a chosen step.</summary>
internal sealed class BreakingFiles : IDurableFiles
{
    private readonly DurableFiles _files = new();

    /// <summary>Steps until the failure; null: never.</summary>
    public int? StepsLeft { get; set; }

    /// <summary>Whether the step is done before it fails, as when a crash comes right after it.</summary>
    public bool IsAfter { get; set; }

    /// <summary>Thrown at the step.</summary>
    public Func<Exception> Failure { get; set; } = () => new IOException("No space left on device");

    /// <summary>A crash leaves behind what was staged.</summary>
    public bool IsCrash { get; set; }

    public void CreateFolder(string path) => _files.CreateFolder(path);

    public string Stage(string path, byte[] content, UnixFileMode? mode) => At(() => _files.Stage(path, content, mode));

    public void Commit(string temporary, string path, bool overwrite) => At(() =>
    {
        _files.Commit(temporary, path, overwrite);
        return "";
    });

    public void Discard(string temporary)
    {
        if (!IsCrash)
        {
            _files.Discard(temporary);
        }
    }

    public void Delete(string path) => At(() =>
    {
        _files.Delete(path);
        return "";
    });

    private string At(Func<string> step)
    {
        var fails = StepsLeft-- == 0;
        var result = fails && !IsAfter ? "" : step();
        return fails ? throw Failure() : result;
    }
}
