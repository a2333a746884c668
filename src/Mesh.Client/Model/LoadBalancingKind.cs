namespace Mesh.Client.Model;

/// <summary>The load-balancing algorithms.</summary>
internal enum LoadBalancingKind
{
    RoundRobin,
    LeastRequest,
    Random,
}
