using Mesh.Client.LoadBalancing.Weighing;

namespace Mesh.Client.LoadBalancing;

/// <summary>Chooses at random, in proportion to the weights.</summary>
internal sealed class RandomPicker(WeightedEndpoint[] endpoints, Random random) : EndpointPicker
{
    private readonly AliasTable _shares = new(Array.ConvertAll(endpoints, endpoint => endpoint.Weight));

    public override BalancedEndpoint Pick(ulong hash, int attempt) => endpoints[_shares.Draw(random)].Endpoint;
}
