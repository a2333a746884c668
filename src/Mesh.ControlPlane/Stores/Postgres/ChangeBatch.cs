namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>The changes after a version, as one statement saw them.</summary>
/// <param name="Head">The newest version there is.</param>
/// <param name="Compacted">The newest version whose change is no longer kept.</param>
/// <param name="Changes">In the order of their versions; not all of them when there are many.</param>
internal sealed record ChangeBatch(long Head, long Compacted, List<StoredResource> Changes);
