namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Who answered for reviews, and how.</summary>
/// <param name="Version"><c>v1</c>, <c>v2</c> or <c>v3</c>; <c>none</c> without an answer.</param>
/// <param name="Stars">Colour of the stars; null when there are none.</param>
/// <param name="Error">What stands in place of the stars.</param>
public sealed record ServedReviews(string Version, string? Stars, string? Error);
