namespace Mesh.Client.LoadBalancing;

/// <summary>Goes through the endpoints in turn; a weight is the share of the turns in which an endpoint is not passed over.</summary>
/// <remarks>
/// A static stride schedule (gRFC A58): lock-free, and an endpoint's requests are spread evenly over time.
/// It starts at a random turn, so that processes that start together do not send their first requests to one endpoint.
/// </remarks>
internal sealed class RoundRobinPicker : Picker
{
    private const uint FullWeight = ushort.MaxValue;

    private readonly BalancedEndpoint[] _endpoints;

    // Scaled so that the largest is FullWeight; null when all are equal.
    private readonly ushort[]? _weights;
    private uint _turn;

    public RoundRobinPicker(WeightedEndpoint[] endpoints, Random random)
    {
        _endpoints = Array.ConvertAll(endpoints, endpoint => endpoint.Endpoint);
        var largest = endpoints.Max(endpoint => endpoint.Weight);
        if (!Array.TrueForAll(endpoints, endpoint => endpoint.Weight.Equals(largest)))
        {
            _weights = Array.ConvertAll(endpoints, endpoint => (ushort)Math.Max(1, Math.Round(endpoint.Weight / largest * FullWeight)));
        }

        _turn = (uint)random.Next(int.MaxValue);
    }

    public override BalancedEndpoint Pick(in PickContext context)
    {
        while (true)
        {
            var turn = Interlocked.Increment(ref _turn);
            var (round, index) = Math.DivRem(turn, (uint)_endpoints.Length);
            if (_weights is null || TakesPart(round, index, _weights[index]))
            {
                return _endpoints[index];
            }
        }
    }

    // The endpoint's weights of all rounds lie end to end on a line; it takes part when its piece of this round crosses a multiple of
    // FullWeight. The offset keeps equal weights from taking part in the same rounds.
    private static bool TakesPart(uint round, uint index, ushort weight)
    {
        const uint HalfWeight = FullWeight / 2;
        var end = ((ulong)weight * round + index * (ulong)HalfWeight) % FullWeight;
        return end + weight >= FullWeight;
    }
}
