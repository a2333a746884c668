using System.Buffers;

namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>Consistent hashing that passes over endpoints whose load is far above the average (<c>hash_balance_factor</c>; Mirrokni, Thorup and Zadimoghaddam).</summary>
/// <remarks>From an overloaded endpoint it goes on in a random order that the hash decides, so that the overflow does not all meet the next one (Envoy).</remarks>
internal sealed class BoundedLoadPicker : EndpointPicker
{
    private readonly EndpointPicker _placement;
    private readonly WeightedEndpoint[] _endpoints;
    private readonly Dictionary<BalancedEndpoint, double> _weights;
    private readonly uint _balanceFactor;
    private readonly ActiveRequests _active;

    /// <param name="placement">Where a hash belongs while nothing is overloaded.</param>
    /// <param name="endpoints">All that it places on.</param>
    /// <param name="balanceFactor">The load an endpoint may have, in percent of the average; at least 100.</param>
    /// <param name="active">The requests under way in the whole cluster.</param>
    public BoundedLoadPicker(EndpointPicker placement, WeightedEndpoint[] endpoints, uint balanceFactor, ActiveRequests active)
    {
        _placement = placement;
        _endpoints = WeightedEndpoint.Normalize(endpoints);
        _weights = _endpoints.ToDictionary(endpoint => endpoint.Endpoint, endpoint => endpoint.Weight);
        _balanceFactor = balanceFactor;
        _active = active;
    }

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        var chosen = _placement.Pick(hash, attempt);
        var load = Load(chosen, _weights[chosen]);
        return load <= 1 ? chosen : PickAnother(chosen, load, (uint)hash);
    }

    private BalancedEndpoint PickAnother(BalancedEndpoint chosen, double load, uint seed)
    {
        Span<uint> state = stackalloc uint[MersenneTwister.StateLength];
        var random = new MersenneTwister(state, seed);
        var order = ArrayPool<int>.Shared.Rent(_endpoints.Length);
        try
        {
            for (var index = 0; index < _endpoints.Length; index++)
            {
                order[index] = index;
            }

            var (best, least) = (chosen, load);
            for (var index = 0; index < _endpoints.Length && least > 1; index++)
            {
                var other = index + (int)random.Next((uint)(_endpoints.Length - index));
                (order[index], order[other]) = (order[other], order[index]);
                ref readonly var candidate = ref _endpoints[order[index]];
                var candidateLoad = candidate.Endpoint == chosen ? load : Load(candidate.Endpoint, candidate.Weight);
                if (candidateLoad < least || (candidateLoad <= 1 && candidate.Endpoint != chosen))
                {
                    (best, least) = (candidate.Endpoint, candidateLoad);
                }
            }

            return best;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
        }
    }

    /// <summary>Its requests as a share of those it may have; above one means overloaded.</summary>
    private double Load(BalancedEndpoint endpoint, double weight)
    {
        var total = ((ulong)_active.Count + 1) * _balanceFactor;
        var slots = Math.Max(1, Math.Ceiling((total + 99) / 100 * weight));
        return endpoint.InFlight / slots;
    }
}
