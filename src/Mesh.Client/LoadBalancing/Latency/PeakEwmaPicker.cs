namespace Mesh.Client.LoadBalancing.Latency;

/// <summary>Lets two random endpoints compete; the one that promises to answer sooner wins: its latency of late, for each request under way (as Finagle and Linkerd balance).</summary>
internal sealed class PeakEwmaPicker(WeightedEndpoint[] endpoints, Random random, TimeProvider time) : EndpointPicker
{
    /// <summary>What an endpoint that has never answered counts as, in seconds, while it has its first requests: nobody floods a newcomer.</summary>
    private const double UnknownLatency = 1;

    private readonly LatencyAverage[] _latencies = Array.ConvertAll(endpoints, endpoint => endpoint.Endpoint.Latency!);

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        var first = random.Next(endpoints.Length);
        var second = random.Next(endpoints.Length - 1);
        second += second >= first ? 1 : 0;
        var now = time.GetTimestamp();
        return endpoints[Cost(second, now) < Cost(first, now) ? second : first].Endpoint;
    }

    private double Cost(int index, long now)
    {
        ref readonly var candidate = ref endpoints[index];
        var latency = _latencies[index];
        var inFlight = candidate.Endpoint.InFlight;

        // Unknown and idle: it is tried at once, or it would never become known.
        return latency.IsKnown
            ? latency.At(now) * (inFlight + 1) / candidate.Weight
            : UnknownLatency * inFlight / candidate.Weight;
    }
}
