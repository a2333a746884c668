using System.CommandLine;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>Runs the body of a command with what it needs, and turns what goes wrong into a line and an exit code.</summary>
internal sealed class CommandRunner(Terminal terminal, GlobalOptions options)
{
    public Terminal Terminal => terminal;

    /// <summary>The form that was asked for.</summary>
    public OutputFormat Format(ParseResult parsed) => options.Format(parsed);

    public GlobalOptions Options => options;

    public Printer Printer(ParseResult parsed) => new(terminal, options.Output(parsed));

    /// <summary>Makes a command that asks the API.</summary>
    public Command Asking(string name, string description, IEnumerable<Symbol> symbols, Func<Call, CancellationToken, Task<int>> body) =>
        Local(name, description, symbols, async (parsed, context, cancellationToken) =>
        {
            using var handler = await ServerTrust.CreateHandlerAsync(context.Server, context.RootFile, context.Token, cancellationToken);
            using var api = new ApiClient(context, handler);
            return await body(new Call(parsed, api, Printer(parsed), terminal, context), cancellationToken);
        });

    /// <summary>Asks the API of a control plane.</summary>
    public static async Task WithApiAsync(ControlPlaneContext context, Func<ApiClient, Task> ask, CancellationToken cancellationToken)
    {
        using var handler = await ServerTrust.CreateHandlerAsync(context.Server, context.RootFile, context.Token, cancellationToken);
        using var api = new ApiClient(context, handler);
        await ask(api);
    }

    /// <summary>Makes a command that asks the API by itself, or not at all.</summary>
    public Command Local(string name, string description, IEnumerable<Symbol> symbols, Func<ParseResult, ControlPlaneContext, CancellationToken, Task<int>> body)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            command.Add(symbol);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await body(parsed, options.Context(parsed, terminal.Variable), cancellationToken);
            }
            catch (CommandException exception)
            {
                await terminal.Error.WriteLineAsync($"meshctl: {exception.Message}");
                return exception.ExitCode;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Failure;
            }
        });
        return command;
    }
}
