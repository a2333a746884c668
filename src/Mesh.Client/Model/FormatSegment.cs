namespace Mesh.Client.Model;

/// <summary>A piece of a <see cref="HeaderFormat"/>.</summary>
/// <param name="Variable">What it stands for.</param>
/// <param name="Argument">The text itself, or what stands in the variable's parentheses.</param>
internal sealed record FormatSegment(FormatVariable Variable, string Argument)
{
    /// <summary>The header that is read where the first is absent: <c>%REQ(first?second)%</c>.</summary>
    public string? Alternative { get; init; }

    /// <summary>Longer values are cut: <c>%REQ(name):length%</c>.</summary>
    public int? MaxLength { get; init; }
}
