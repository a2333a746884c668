namespace Mesh.Client.Model.Apis;

/// <summary>Where in a request a key may stand.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Of the header, the query parameter, or the scheme.</param>
internal sealed record ApiKeyPlace(ApiKeyPlaceKind Kind, string Name);
