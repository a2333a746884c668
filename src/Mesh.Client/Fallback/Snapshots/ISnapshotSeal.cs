using Mesh.Client.Identity.Documents;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>Proves that a snapshot is this workload's own, unchanged.</summary>
internal interface ISnapshotSeal
{
    /// <summary>Null while there is nothing to seal with.</summary>
    byte[]? Seal(byte[] content, DateTimeOffset now);

    OpenedDocument Open(byte[] sealedContent, TimeSpan maxAge, DateTimeOffset now);
}
