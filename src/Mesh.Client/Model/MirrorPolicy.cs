namespace Mesh.Client.Model;

/// <summary>Sends a copy of a share of the requests to a second cluster; its answers are thrown away.</summary>
/// <param name="Cluster">The xDS name.</param>
/// <param name="SharePerMillion">How many requests are copied, in millionths.</param>
internal sealed record MirrorPolicy(string Cluster, uint SharePerMillion)
{
    /// <summary>The copy's authority; null keeps the request's, marked with <c>-shadow</c>.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the authority goes without the mark.</summary>
    public bool IsUnmarked { get; init; }
}
