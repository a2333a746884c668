namespace Mesh.Cli.Checks;

/// <summary>Checks about one thing, in the order in which they build on each other.</summary>
/// <param name="Name">As people see it.</param>
/// <param name="Checks">In order.</param>
internal sealed record CheckCategory(string Name, IReadOnlyList<Check> Checks)
{
    /// <summary>Nothing after it can be asked when one of its fatal checks fails.</summary>
    public bool IsBasis { get; init; }
}
