using System.ComponentModel;
using System.Diagnostics;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>A file for its owner alone that an editor is started on.</summary>
internal sealed class EditBuffer(Terminal terminal, string name) : IDisposable
{
    private static readonly string[] Variables = ["MESH_EDITOR", "KUBE_EDITOR", "VISUAL", "EDITOR"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshctl-edit-");
    private bool _isKept;

    private string FileName => Path.Combine(_folder.FullName, $"{name}.yaml");

    /// <summary>What was saved, without the comments at its head.</summary>
    /// <param name="text">What to show.</param>
    /// <param name="reason">Why it is shown again; empty the first time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<string> EditAsync(string text, string reason, CancellationToken cancellationToken)
    {
        var head = reason.Length == 0
            ? "# Save to write the object back. An empty file, or one without changes, changes nothing.\n"
            : $"# It was not taken:\n{string.Concat(Terminal.SafeLines(reason).Split('\n').Select(line => $"# {line}\n"))}";
        await File.WriteAllTextAsync(FileName, head + "#\n" + text, cancellationToken);
        await StartAsync(cancellationToken);
        var lines = (await File.ReadAllTextAsync(FileName, cancellationToken)).Split('\n');
        return string.Join('\n', lines.SkipWhile(line => line.StartsWith('#')));
    }

    /// <summary>Leaves the file where it is, and says where.</summary>
    public string Keep()
    {
        _isKept = true;
        return FileName;
    }

    public void Dispose()
    {
        if (!_isKept)
        {
            _folder.Delete(recursive: true);
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var editor = Variables.Select(terminal.Variable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? (OperatingSystem.IsWindows() ? "notepad" : "vi");

        // The variable may hold options, and quotes around them: a shell knows how to read that.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", $"{editor} \"{FileName}\""])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{editor} \"$1\"", "sh", FileName]);
        try
        {
            using var process = Process.Start(start) ?? throw new CommandException($"The editor '{editor}' does not start. Set EDITOR.");
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CommandException($"The editor '{editor}' ended with {process.ExitCode}; nothing was changed. Set EDITOR to one that is installed.");
            }
        }
        catch (Win32Exception exception)
        {
            throw new CommandException($"The editor '{editor}' does not start: {exception.Message} Set EDITOR.", innerException: exception);
        }
    }
}
