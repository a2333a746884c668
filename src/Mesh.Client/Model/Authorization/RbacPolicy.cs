using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>Matches a request when one of the permissions and one of the principals hold.</summary>
internal sealed record RbacPolicy(string Name, ImmutableArray<RbacCondition> Permissions, ImmutableArray<RbacCondition> Principals);
