namespace Mesh.Client.LoadBalancing;

/// <summary>Lets a few random endpoints compete; the one with the fewest requests in flight for its weight wins (gRFC A48, Envoy).</summary>
/// <remarks>Candidates are drawn by weight, and a tie keeps the first, so that without load the shares are those of the weights.</remarks>
internal sealed class LeastRequestPicker(WeightedEndpoint[] endpoints, int choiceCount, Random random) : Picker
{
    private readonly EndpointShares _shares = new(endpoints);

    public override BalancedEndpoint Pick(in PickContext context)
    {
        ref readonly var best = ref _shares.Draw(random);
        for (var choice = 1; choice < choiceCount; choice++)
        {
            ref readonly var other = ref _shares.Draw(random);
            if (Load(other) < Load(best))
            {
                best = ref other;
            }
        }

        return best.Endpoint;
    }

    private static double Load(in WeightedEndpoint candidate) => candidate.Endpoint.InFlight / candidate.Weight;
}
