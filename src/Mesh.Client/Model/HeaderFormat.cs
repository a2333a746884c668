using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A header value: text with Envoy's <c>%VARIABLE%</c> in it, taken apart.</summary>
internal sealed record HeaderFormat(ImmutableArray<FormatSegment> Segments)
{
    /// <summary>The value when there is no variable in it; null otherwise.</summary>
    public string? Constant { get; } = Segments switch
    {
        [] => "",
        [{ Variable: FormatVariable.Text } only] => only.Argument,
        _ => null,
    };

    public static HeaderFormat Text(string text) => new([new FormatSegment(FormatVariable.Text, text)]);
}
