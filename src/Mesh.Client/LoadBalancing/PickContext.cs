namespace Mesh.Client.LoadBalancing;

/// <summary>What a pick may depend on besides the endpoints.</summary>
/// <param name="Hash">The request's hash, for consistent hashing; null when no hash policy of its route applied.</param>
/// <param name="Previous">The endpoint of the attempt before, to be avoided where another one is left; null for a first attempt.</param>
internal readonly record struct PickContext(ulong? Hash = null, BalancedEndpoint? Previous = null);
