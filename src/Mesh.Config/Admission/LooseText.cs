using System.Collections.Immutable;

namespace Mesh.Config.Admission;

/// <summary>What was found in a text, good or bad.</summary>
/// <param name="Documents">In their order.</param>
/// <param name="Unreadable">Where the text is no YAML.</param>
internal sealed record LooseText(ImmutableArray<LooseDocument> Documents, ImmutableArray<ResourceFinding> Unreadable);
