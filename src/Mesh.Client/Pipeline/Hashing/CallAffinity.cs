namespace Mesh.Client.Pipeline.Hashing;

/// <summary>What one call knows of its session, and what its caller is given of it.</summary>
internal sealed class CallAffinity
{
    /// <summary>The address of the endpoint that the request's session is at, or its addresses with commas between them; null without one.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the request goes to <see cref="Host"/> or fails.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The cluster of the session, where the route has several.</summary>
    public string? Cluster { get; init; }

    /// <summary>The header that the caller is given; null for none.</summary>
    public (string Name, string Value)? Header { get; set; }

    public ResponseCookies Cookies { get; } = new();
}
