using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>What the store makes of one file.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Accepted">False while the file on disk is broken and its last good version is served instead.</param>
/// <param name="Resources">How many resources of it are served.</param>
/// <param name="Findings">Of the file as it is on disk.</param>
internal sealed record FileStatus(string Path, bool Accepted, int Resources, ImmutableArray<ResourceFinding> Findings);
