namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Earliest deadline first: after a turn an endpoint waits for the inverse of what it weighs at that moment (Envoy's weighted schedule).</summary>
/// <remarks>Costs a lock and a step of a heap, so it serves only where weights differ and change: weighted least request, and slow start.</remarks>
internal sealed class DeadlinePicker : EndpointPicker
{
    // An endpoint at rest for ever would be an endpoint lost.
    private const double SmallestWeight = 1e-9;

    private readonly WeightedEndpoint[] _endpoints;
    private readonly EndpointWeigher _weigher;
    private readonly Lock _lock = new();

    // Guarded by _lock: a heap of endpoints, the next one first.
    private readonly (double Deadline, int Index)[] _heap;

    public DeadlinePicker(WeightedEndpoint[] endpoints, EndpointWeigher weigher, Random random)
    {
        var largest = endpoints.Max(endpoint => endpoint.Weight);
        _endpoints = Array.ConvertAll(endpoints, endpoint => endpoint with { Weight = endpoint.Weight / largest });
        _weigher = weigher;

        // Random phases: processes that start together do not all begin with the heaviest endpoint.
        _heap = [.. _endpoints.Select((endpoint, index) => (random.NextDouble() / endpoint.Weight, index)).Order()];
    }

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        lock (_lock)
        {
            var (deadline, index) = _heap[0];
            ref readonly var chosen = ref _endpoints[index];
            Sink((deadline + (1 / Math.Max(SmallestWeight, _weigher.Weigh(chosen))), index));
            return chosen.Endpoint;
        }
    }

    /// <summary>Puts an entry in the place of the first one, and each one that goes before it one step up.</summary>
    private void Sink((double Deadline, int Index) entry)
    {
        var heap = _heap;
        var place = 0;
        while (true)
        {
            var child = 2 * place + 1;
            if (child >= heap.Length)
            {
                break;
            }

            if (child + 1 < heap.Length && heap[child + 1].Deadline < heap[child].Deadline)
            {
                child++;
            }

            if (heap[child].Deadline >= entry.Deadline)
            {
                break;
            }

            heap[place] = heap[child];
            place = child;
        }

        heap[place] = entry;
    }
}
