namespace Mesh.Client.Model;

/// <summary>Session stickiness: a cookie (gRFC A55) or a header (Envoy) that names the endpoint of a session; without either, sessions are turned off at this level.</summary>
/// <param name="Cookie">Null where there is none.</param>
/// <param name="IsStrict">Whether a request fails when its endpoint is gone, instead of going to another one.</param>
internal sealed record SessionPolicy(CookieTemplate? Cookie, bool IsStrict = false)
{
    /// <summary>The name of the header; null where there is none.</summary>
    public string? Header { get; init; }

    public static SessionPolicy None { get; } = new(Cookie: null);
}
