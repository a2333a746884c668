namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Tells what an endpoint weighs at this moment: its own weight, less for its requests under way and while it warms up (Envoy).</summary>
/// <param name="bias">The power to which requests under way count; 0 leaves them out.</param>
/// <param name="warmup">Null when new endpoints take their full share at once.</param>
internal sealed class EndpointWeigher(double bias, Warmup? warmup)
{
    public double Weigh(in WeightedEndpoint candidate)
    {
        var weight = candidate.Weight;
        if (bias.Equals(1))
        {
            weight /= candidate.Endpoint.InFlight + 1;
        }
        else if (bias > 0)
        {
            weight /= Math.Pow(candidate.Endpoint.InFlight + 1, bias);
        }

        return warmup is null ? weight : weight * warmup.Factor(candidate.Endpoint);
    }
}
