using Mesh.Client.LoadBalancing.Weighing;

namespace Mesh.Client.LoadBalancing;

/// <summary>Goes through the endpoints in turn, in proportion to their weights and evenly over time.</summary>
internal sealed class RoundRobinPicker(WeightedEndpoint[] endpoints, Random random) : EndpointPicker
{
    private readonly StrideSchedule _schedule = new(Array.ConvertAll(endpoints, endpoint => endpoint.Weight), random);

    public override BalancedEndpoint Pick(ulong hash, int attempt) => endpoints[_schedule.Next()].Endpoint;
}
