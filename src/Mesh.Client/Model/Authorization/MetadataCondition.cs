using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on what an earlier filter found out of the request: its token.</summary>
/// <param name="Filter">The filter, such as <c>istio_authn</c>.</param>
/// <param name="Path">The keys that lead to the value.</param>
/// <param name="Value">What the value must be.</param>
/// <param name="Invert">The condition holds when the comparison does not.</param>
internal sealed record MetadataCondition(string Filter, ImmutableArray<string> Path, ValueMatch Value, bool Invert) : RbacCondition;
