using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>One file with the resources of its last good version.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Stamp">Of the version that was read last, good or not.</param>
/// <param name="Digest">Names the bytes of that version; empty when they could not be read.</param>
/// <param name="Accepted">Whether that version was good.</param>
/// <param name="Resources">Of the last good version.</param>
/// <param name="Findings">Of the version that was read last.</param>
internal sealed record ConfigFile(
    string Path,
    FileStamp Stamp,
    string Digest,
    bool Accepted,
    ImmutableArray<Resource> Resources,
    ImmutableArray<ResourceFinding> Findings);
