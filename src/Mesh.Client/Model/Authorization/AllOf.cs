using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>Every one of the conditions holds.</summary>
internal sealed record AllOf(ImmutableArray<RbacCondition> Items) : RbacCondition;
