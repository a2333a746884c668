using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>At least one of the conditions holds.</summary>
internal sealed record AnyOf(ImmutableArray<RbacCondition> Items) : RbacCondition;
