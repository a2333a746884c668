using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Adds arguments, options and subcommands alike.</summary>
internal static class SymbolExtensions
{
    public static void Add(this Command command, Symbol symbol)
    {
        switch (symbol)
        {
            case Argument argument:
                command.Arguments.Add(argument);
                break;
            case Option option:
                command.Options.Add(option);
                break;
            case Command subcommand:
                command.Subcommands.Add(subcommand);
                break;
        }
    }
}
