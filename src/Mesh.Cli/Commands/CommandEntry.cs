using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>A command of the first level, made when it is asked for: most runs need one of them.</summary>
/// <param name="Names">Its name, and its aliases.</param>
/// <param name="Create">Makes it with all that it holds.</param>
internal sealed record CommandEntry(IReadOnlyList<string> Names, Func<CommandRunner, Command> Create)
{
    public CommandEntry(string name, Func<CommandRunner, Command> create)
        : this([name], create)
    {
    }
}
