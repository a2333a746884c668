using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A condition on a claim of the request's verified token; without such a token it never holds, inverted or not.</summary>
/// <param name="Path">The claim, then the names inside it.</param>
/// <param name="Value">What the text, or one text of the list, must be; null when it is enough that the claim is there.</param>
/// <param name="Invert">The condition holds when the comparison does not.</param>
internal sealed record ClaimMatch(ImmutableArray<string> Path, StringMatch? Value, bool Invert);
