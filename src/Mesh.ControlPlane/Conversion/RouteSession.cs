namespace Mesh.ControlPlane.Conversion;

/// <summary>How the requests of a route are kept at one endpoint (GEP-1619).</summary>
/// <param name="Name">Of the cookie or header.</param>
/// <param name="IsHeader">Whether a header carries the session, instead of a cookie.</param>
/// <param name="Path">Of the cookie.</param>
/// <param name="Lifetime">Of the cookie; null when it ends with the browser.</param>
internal sealed record RouteSession(string Name, bool IsHeader, string Path, TimeSpan? Lifetime);
