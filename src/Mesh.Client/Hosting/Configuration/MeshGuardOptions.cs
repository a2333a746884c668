namespace Mesh.Client;

/// <summary>The guard against changes that are too big to be meant (<c>Mesh:Fallback:Guard</c>): an empty store, half a registry.</summary>
public sealed class MeshGuardOptions
{
    /// <summary>Whether a cluster that loses all of its endpoints, or more than half of four or more, at once, keeps them for a while. Default: on.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How long at most. It ends earlier, within a second, when most of the endpoints that are to go do not take connections any more: then they are gone. Zero to an hour. Default: 30 s.
    /// </summary>
    public TimeSpan HoldTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Hosts whose clusters may shrink as they like, such as <c>batch.jobs.svc.cluster.local</c>. Default: none.</summary>
    public ICollection<string> AllowEmpty { get; } = [];
}
