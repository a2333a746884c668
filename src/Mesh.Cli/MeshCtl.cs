using System.CommandLine;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;

namespace Mesh.Cli;

/// <summary>The command line <c>meshctl</c>.</summary>
internal static class MeshCtl
{
    /// <summary>Parses and runs; every failure is one line on stderr and an exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = new GlobalOptions();
        var run = new CommandRunner(terminal, options);
        var root = new RootCommand("The command line of Mesh: looks at the mesh, explains it and changes it.");
        foreach (var command in CommandCatalog.For(arguments.Count > 0 ? arguments[0] : null, run))
        {
            root.Subcommands.Add(command);
        }

        options.AddTo(root);

        // A token file is written @FILE, which must not be taken for a file of arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            await terminal.Error.WriteLineAsync($"meshctl: {string.Join(' ', parsed.Errors.Select(error => error.Message))} See --help.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false },
            cancellationToken);
    }
}
