using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>Reads files, folders and what is piped in.</summary>
internal static class InputTexts
{
    /// <summary>Stands for what is piped in.</summary>
    public const string Piped = "-";

    // Deeper than people nest folders, and an end to links that go in circles.
    private static readonly EnumerationOptions WholeTree = new() { RecurseSubdirectories = true, MaxRecursionDepth = 32, AttributesToSkip = FileAttributes.None };

    private static readonly string[] Extensions = [".json", ".yaml", ".yml"];

    /// <summary>Reads all in the order of the command line, and folders in the order of their names.</summary>
    /// <exception cref="CommandException">There is no such file, or it may not be read.</exception>
    public static async Task<IReadOnlyList<InputText>> ReadAsync(IEnumerable<string> paths, Terminal terminal, CancellationToken cancellationToken)
    {
        var texts = new List<InputText>();
        foreach (var path in paths)
        {
            if (path == Piped)
            {
                texts.Add(new InputText(path, await terminal.In.ReadToEndAsync(cancellationToken)));
                continue;
            }

            foreach (var file in Directory.Exists(path) ? Files(path, terminal) : [path])
            {
                texts.Add(new InputText(file, await ReadFileAsync(file, cancellationToken)));
            }
        }

        return texts;
    }

    /// <exception cref="CommandException">There is no such file, or it may not be read.</exception>
    public static async Task<string> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"cannot read '{file}': {Reason(exception)}.", ExitCode.Failure, exception);
        }
    }

    // Said here, because a trimmed program has no texts for exceptions of the system.
    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file or folder",
        UnauthorizedAccessException => "access is denied",
        _ => $"reading failed ({exception.Message})",
    };

    private static IEnumerable<string> Files(string folder, Terminal terminal)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", WholeTree).Order(StringComparer.Ordinal))
        {
            if (Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            {
                yield return file;
            }
            else
            {
                terminal.Error.WriteLine($"Skipping file {file}, recognized file extensions are: [{string.Join(' ', Extensions)}]");
            }
        }
    }
}
