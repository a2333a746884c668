using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>Which requests need the key of a consumer, and whose keys there are.</summary>
/// <param name="Rules">The first that matches decides.</param>
/// <param name="Keys">By their digests.</param>
internal sealed record ApiKeyPolicy(ImmutableArray<ApiAccessRule> Rules, FrozenDictionary<ApiKeyDigest, ApiKey> Keys);
