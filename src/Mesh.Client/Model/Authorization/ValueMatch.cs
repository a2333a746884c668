using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on a value of metadata.</summary>
internal sealed record ValueMatch(ValueMatchKind Kind)
{
    /// <summary>For <see cref="ValueMatchKind.Text"/>.</summary>
    public StringMatch? Text { get; init; }

    /// <summary>For <see cref="ValueMatchKind.Boolean"/> and <see cref="ValueMatchKind.Present"/>.</summary>
    public bool Expected { get; init; }

    /// <summary>For <see cref="ValueMatchKind.Number"/>: the smallest number that matches.</summary>
    public double First { get; init; }

    /// <summary>For <see cref="ValueMatchKind.Number"/>: the first number after the range; the same as <see cref="First"/> for one number.</summary>
    public double End { get; init; }

    /// <summary>For <see cref="ValueMatchKind.Item"/> (one) and <see cref="ValueMatchKind.Either"/>.</summary>
    public ImmutableArray<ValueMatch> Matchers { get; init; } = [];

    /// <summary>Whether any value at all matches: it only tells whether there is one.</summary>
    public bool IsPresence => Kind switch
    {
        ValueMatchKind.Present => Expected,
        ValueMatchKind.Text => Text is { Kind: StringMatchKind.Regex, Value: ".+" or ".*" },
        ValueMatchKind.Item or ValueMatchKind.Either => Matchers.Any(static matcher => matcher.IsPresence),
        _ => false,
    };
}
