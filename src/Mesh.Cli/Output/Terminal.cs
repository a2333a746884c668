namespace Mesh.Cli.Output;

/// <summary>Where a command writes, and what its surroundings say: data to one side, words to the other.</summary>
/// <param name="Out">For data.</param>
/// <param name="Error">For progress and failures.</param>
/// <param name="IsColored">Whether a person looks at it who did not ask for <c>NO_COLOR</c>.</param>
/// <param name="Variable">Reads the environment.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsColored, Func<string, string?> Variable)
{
    /// <summary>What is piped in.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Names come from workloads: nothing in them may steer the terminal (S98).</summary>
    public static string Safe(string text) => text.Any(char.IsControl) ? new string([.. text.Select(character => char.IsControl(character) ? '\uFFFD' : character)]) : text;
}
