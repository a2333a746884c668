using System.Collections.Immutable;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>All tokens as they are stored.</summary>
internal sealed record TokenDocument(int Version, ImmutableArray<TokenRecord> Tokens);
