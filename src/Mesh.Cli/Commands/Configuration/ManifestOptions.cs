using System.CommandLine;
using Mesh.Cli.Objects;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The options that name files of objects.</summary>
internal sealed class ManifestOptions
{
    private readonly Option<string[]> _files;
    private readonly Option<bool> _recursive = new("--recursive", "-R") { Description = "Read folders with the folders in them." };
    private readonly Option<string?> _namespace = CommonOptions.Namespace("Namespace of objects that name none. Default: the context's, or default.");

    public ManifestOptions(bool isRequired = true) =>
        _files = new Option<string[]>("--filename", "-f") { Description = "A file, a folder, or - for stdin; may be given several times.", HelpName = "FILE", Required = isRequired };

    public IEnumerable<Option> All => [_files, _recursive, _namespace];

    public bool AreGiven(ParseResult arguments) => arguments.GetValue(_files) is { Length: > 0 };

    public string? Namespace(ParseResult arguments) => arguments.GetValue(_namespace);

    /// <summary>All objects; when one cannot be read nothing is done with any.</summary>
    public async Task<IReadOnlyList<ManifestObject>> ReadAsync(Call call)
    {
        var files = new ManifestFile(call.Terminal.In);
        var objects = files.Read(call.Arguments.GetValue(_files) ?? [], call.Arguments.GetValue(_recursive));
        foreach (var error in files.Errors)
        {
            await call.Terminal.Error.WriteLineAsync($"meshctl: {error}");
        }

        return files.Errors.Count > 0 ? throw new CommandException($"{files.Errors.Count} of what was given cannot be read; nothing was done.", ExitCode.BadFile)
            : objects.Count > 0 ? objects
            : throw new CommandException("There is no object in what was given.", ExitCode.BadFile);
    }
}
