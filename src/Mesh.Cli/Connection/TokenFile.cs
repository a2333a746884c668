namespace Mesh.Cli.Connection;

/// <summary>Reads tokens: from the command line, or from a file that nobody else can read (S126).</summary>
internal static class TokenFile
{
    private const UnixFileMode OthersMay =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <param name="token">The text, or <c>@</c> and a file.</param>
    public static string Resolve(string token)
    {
        if (!token.StartsWith('@'))
        {
            return token.Trim();
        }

        var file = token[1..];
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersMay) != 0)
            {
                throw new CommandException($"{file} holds a token that other users can read. 'chmod 600 {file}', and make a new token if they may have.");
            }

            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The token file cannot be read: {exception.Message}", Cli.ExitCode.BadFile);
        }
    }
}
