namespace Mesh.Client.Pipeline.Hashing;

/// <summary>What one call knows of its session, and the cookies that its caller is given.</summary>
internal sealed class CallAffinity
{
    /// <summary>The address of the endpoint that the request's session is at; null without one.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the request goes to <see cref="Host"/> or fails.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The cluster of the session, where the route has several.</summary>
    public string? Cluster { get; init; }

    public ResponseCookies Cookies { get; } = new();
}
