namespace Mesh.Cli.Checks;

/// <summary>What a check found.</summary>
/// <param name="Problem">In words, with what to do; null when all is well.</param>
internal readonly record struct CheckOutcome(string? Problem)
{
    public static CheckOutcome Fine { get; } = new(null);

    public static CheckOutcome Wrong(string problem) => new(problem);

    /// <summary>Wrong when there are any; names the first few.</summary>
    public static CheckOutcome None(IEnumerable<string> problems, string next)
    {
        const int Shown = 5;
        var all = problems.ToArray();
        var more = all.Length > Shown ? $"; and {all.Length - Shown} more" : "";
        return all.Length == 0 ? Fine : Wrong($"{string.Join("; ", all.Take(Shown))}{more}. {next}");
    }
}
