namespace Mesh.Client.Model;

/// <summary>How an endpoint is chosen.</summary>
/// <param name="Kind">The algorithm.</param>
/// <param name="ChoiceCount">For <see cref="LoadBalancingKind.LeastRequest"/>: how many random endpoints compete; at least 2.</param>
internal sealed record LoadBalancingPolicy(LoadBalancingKind Kind, int ChoiceCount = 2);
