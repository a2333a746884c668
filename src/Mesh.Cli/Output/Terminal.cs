namespace Mesh.Cli.Output;

/// <summary>Where a command writes, and what its surroundings say: data to one side, words to the other.</summary>
/// <param name="Out">For data.</param>
/// <param name="Error">For progress and failures.</param>
/// <param name="IsColored">Whether a person looks at it who did not ask for <c>NO_COLOR</c>.</param>
/// <param name="Variable">Reads the environment.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsColored, Func<string, string?> Variable);
