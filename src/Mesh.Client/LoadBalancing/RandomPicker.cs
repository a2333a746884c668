namespace Mesh.Client.LoadBalancing;

/// <summary>Chooses at random, in proportion to the weights.</summary>
internal sealed class RandomPicker(WeightedEndpoint[] endpoints, Random random) : Picker
{
    private readonly EndpointShares _shares = new(endpoints);

    public override BalancedEndpoint Pick(in PickContext context) => _shares.Draw(random).Endpoint;
}
