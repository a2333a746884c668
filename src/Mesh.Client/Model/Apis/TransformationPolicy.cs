using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>What requests and responses are changed into.</summary>
/// <param name="Rules">All that match are done, in order.</param>
internal sealed record TransformationPolicy(ImmutableArray<TransformationRule> Rules);
