using System.Collections.Immutable;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>An annotation that Istio knows.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Alpha">Whether its feature may still change.</param>
/// <param name="Deprecated">Whether there is something better.</param>
/// <param name="Kinds">Where it belongs; <c>Any</c> is everywhere.</param>
internal sealed record IstioAnnotation(string Name, bool Alpha, bool Deprecated, ImmutableArray<string> Kinds);
