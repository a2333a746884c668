namespace Mesh.Cli.Checks;

/// <summary>One question about the mesh that has a right answer.</summary>
/// <param name="Id">Its anchor in <c>docs/checks.md</c>.</param>
/// <param name="Description">What is so when all is well.</param>
/// <param name="Ask">Finds out.</param>
internal sealed record Check(string Id, string Description, Func<CheckContext, CancellationToken, Task<CheckOutcome>> Ask)
{
    /// <summary>Where to read on.</summary>
    public string Hint => $"docs/checks.md#{Id}";

    /// <summary>It does not stop the mesh from working now.</summary>
    public bool IsWarning { get; init; }

    /// <summary>What comes after it in its category cannot be asked when it fails.</summary>
    public bool IsBasis { get; init; }

    /// <summary>Whether waiting may help.</summary>
    public bool MayComeRight { get; init; }

    /// <summary>For questions that need no further asking.</summary>
    public static Check Of(string id, string description, Func<CheckContext, CheckOutcome> ask) =>
        new(id, description, (context, _) => Task.FromResult(ask(context)));
}
