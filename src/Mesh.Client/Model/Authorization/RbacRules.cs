using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>Policies of one action.</summary>
internal sealed record RbacRules(RbacAction Action, ImmutableArray<RbacPolicy> Policies);
