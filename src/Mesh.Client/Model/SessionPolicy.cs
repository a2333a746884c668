namespace Mesh.Client.Model;

/// <summary>Session stickiness: a cookie that names the endpoint of a session (gRFC A55).</summary>
/// <param name="Cookie">Null when sessions are turned off at this level.</param>
/// <param name="IsStrict">Whether a request fails when its endpoint is gone, instead of going to another one.</param>
internal sealed record SessionPolicy(CookieTemplate? Cookie, bool IsStrict = false)
{
    public static SessionPolicy None { get; } = new(Cookie: null);
}
