namespace Mesh.Client.Xds.Dumps;

/// <summary>What is known of a resource that somebody needs, for people.</summary>
internal sealed record ResourceState(string TypeUrl, string Name)
{
    /// <summary>Of what is in force; empty when nothing is.</summary>
    public string Version { get; init; } = "";

    /// <summary>What is in force; null when nothing is.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>The control plane said that there is none, or was silent too long.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Why its newest version is not in force; null while all is well.</summary>
    public string? Error { get; init; }
}
