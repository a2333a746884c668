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

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Names come from workloads: nothing in them may steer the terminal (S98).</summary>
    public static string Safe(string text) => text.Any(char.IsControl) ? new string([.. text.Select(character => char.IsControl(character) ? '\uFFFD' : character)]) : text;

    /// <summary>Lines that somebody else wrote: as <see cref="Safe"/>, but lines stay lines.</summary>
    public static string SafeLines(string text) => string.Join('\n', text.Split('\n').Select(line => Safe(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal))));

    /// <summary>Text that a template laid out: as <see cref="Safe"/>, but lines and tabs stay.</summary>
    public static string SafeText(string text) => new([.. text.Select(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t') ? '\uFFFD' : character)]);

    /// <summary>Text in the colour of its meaning.</summary>
    public string Paint(string text, Tone tone) => !IsColored ? text : tone switch
    {
        Tone.Good => $"\e[32m{text}\e[0m",
        Tone.Caution => $"\e[33m{text}\e[0m",
        Tone.Bad => $"\e[31m{text}\e[0m",
        _ => text,
    };
}
