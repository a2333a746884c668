namespace Mesh.Client.Model;

/// <summary>A condition on a request header; several values of one name are joined by a comma first (Envoy).</summary>
/// <param name="Name">Lower case; <c>:method</c>, <c>:authority</c>, <c>:path</c> and <c>:scheme</c> are the pseudo headers.</param>
/// <param name="Kind">What is compared.</param>
/// <param name="Invert">The condition holds when the comparison does not.</param>
internal sealed record HeaderMatch(string Name, HeaderMatchKind Kind, bool Invert)
{
    /// <summary>Set when <see cref="Kind"/> is <see cref="HeaderMatchKind.Value"/>.</summary>
    public StringMatch? Value { get; init; }

    /// <summary>For <see cref="HeaderMatchKind.Present"/>: whether the header must be there or must not.</summary>
    public bool Present { get; init; } = true;

    /// <summary>For <see cref="HeaderMatchKind.Range"/>: first number that matches.</summary>
    public long RangeStart { get; init; }

    /// <summary>For <see cref="HeaderMatchKind.Range"/>: first number after the range.</summary>
    public long RangeEnd { get; init; }

    /// <summary>A missing header compares as the empty text instead of not matching.</summary>
    public bool TreatMissingAsEmpty { get; init; }
}
