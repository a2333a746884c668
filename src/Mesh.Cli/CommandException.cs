namespace Mesh.Cli;

/// <summary>Ends a command with one line on stderr.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCode.Failure, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
