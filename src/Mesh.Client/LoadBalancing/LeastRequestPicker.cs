namespace Mesh.Client.LoadBalancing;

/// <summary>Lets a few random endpoints of equal weight compete; the one with the fewest requests in flight wins, the first of equals (gRFC A48, Envoy).</summary>
internal sealed class LeastRequestPicker(BalancedEndpoint[] endpoints, int choiceCount, Random random) : EndpointPicker
{
    private const int HalfBits = 31;

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        // One draw has the bits of two choices.
        var bits = (ulong)random.NextInt64();
        var best = At(bits >> HalfBits);
        var other = At(bits);
        best = other.InFlight < best.InFlight ? other : best;
        for (var choice = 2; choice < choiceCount; choice++)
        {
            other = endpoints[random.Next(endpoints.Length)];
            best = other.InFlight < best.InFlight ? other : best;
        }

        return best;
    }

    private BalancedEndpoint At(ulong bits) => endpoints[((bits & int.MaxValue) * (ulong)endpoints.Length) >> HalfBits];
}
