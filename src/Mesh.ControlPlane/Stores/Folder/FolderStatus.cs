using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>What the store makes of its folder.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="ReadAt">When it was read last.</param>
/// <param name="Failure">Why the folder cannot be read now; null when it can.</param>
/// <param name="Files">In the order in which they win conflicts.</param>
internal sealed record FolderStatus(string Folder, DateTimeOffset ReadAt, string? Failure, ImmutableArray<FileStatus> Files)
{
    public IEnumerable<ResourceFinding> Findings => Files.SelectMany(file => file.Findings);
}
