namespace Mesh.Cli.Contexts;

/// <summary>A control plane that a person works with.</summary>
/// <param name="Name">As the person calls it.</param>
/// <param name="Server">Its HTTP API.</param>
internal sealed record ContextEntry(string Name, Uri Server)
{
    /// <summary>Roots in PEM to believe it by; null for the pin in the token, or the machine's.</summary>
    public string? Roots { get; init; }

    /// <summary>Where objects are looked for when nobody says; null for <c>default</c>.</summary>
    public string? Namespace { get; init; }
}
