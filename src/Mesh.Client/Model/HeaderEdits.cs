using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The header edits of one level (weighted cluster, route, virtual host or route configuration), done as a whole: removals first (Envoy).</summary>
/// <param name="Remove">Header names.</param>
/// <param name="Set">In order; those that overwrite are done before those that append (Envoy).</param>
internal sealed record HeaderEdits(ImmutableArray<string> Remove, ImmutableArray<HeaderEdit> Set);
