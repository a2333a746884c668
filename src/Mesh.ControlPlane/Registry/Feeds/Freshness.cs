namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>Whether what is known of a registry is what it says now.</summary>
internal enum Freshness
{
    /// <summary>It has not answered yet.</summary>
    Loading,

    Fresh,

    /// <summary>It cannot be asked; its last answer stands.</summary>
    Stale,
}
