using System.Collections.Immutable;

namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>All orders as they are stored.</summary>
internal sealed record ModeDocument(int Version, ImmutableArray<ModeOrder> Orders);
