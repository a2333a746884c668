using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.LoadBalancing.Latency;
using Mesh.Client.LoadBalancing.Weighing;
using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Makes the picker of a set of endpoints by the algorithm that the policy names.</summary>
internal sealed class EndpointPickerFactory(Random random, TimeProvider time)
{
    /// <summary>Null when there is nothing to pick.</summary>
    public EndpointPicker? Create(LoadBalancingPolicy policy, WeightedEndpoint[] endpoints, ActiveRequests active, bool isInPanic = false)
    {
        if (policy.Kind is LoadBalancingKind.PeakEwma)
        {
            Array.ForEach(endpoints, endpoint => endpoint.Endpoint.Measure(policy.LatencyDecay, time));
        }

        return (endpoints.Length, policy.Kind) switch
        {
            (0, _) => null,
            (1, _) => new SoleEndpointPicker(endpoints[0].Endpoint),
            (_, LoadBalancingKind.Random) => new RandomPicker(endpoints, random),
            (_, LoadBalancingKind.RingHash) => Bound(Ring(policy, endpoints, isInPanic), policy, endpoints, active),
            (_, LoadBalancingKind.Maglev) => Bound(new MaglevTable(endpoints, policy.TableSize), policy, endpoints, active),
            (_, LoadBalancingKind.PeakEwma) => new PeakEwmaPicker(endpoints, random, time),
            (_, LoadBalancingKind.LeastRequest) => WarmUp(LeastRequest(policy, endpoints), policy, endpoints, policy.ActiveRequestBias),
            _ => WarmUp(RoundRobin(endpoints), policy, endpoints, bias: 0),
        };
    }

    private static HashRing Ring(LoadBalancingPolicy policy, WeightedEndpoint[] endpoints, bool isInPanic) =>
        new(endpoints, policy.MinimumRingSize, policy.MaximumRingSize, isInPanic);

    private static EndpointPicker Bound(EndpointPicker placement, LoadBalancingPolicy policy, WeightedEndpoint[] endpoints, ActiveRequests active)
    {
        if (policy.HashBalanceFactor is not { } factor)
        {
            return placement;
        }

        Array.ForEach(endpoints, endpoint => endpoint.Endpoint.CountIn(active));
        return new BoundedLoadPicker(placement, endpoints, factor, active);
    }

    private EndpointPicker LeastRequest(LoadBalancingPolicy policy, WeightedEndpoint[] endpoints) =>
        WeightedEndpoint.AreEqual(endpoints)
            ? new LeastRequestPicker(Array.ConvertAll(endpoints, endpoint => endpoint.Endpoint), policy.ChoiceCount, random)
            : new DeadlinePicker(endpoints, new EndpointWeigher(policy.ActiveRequestBias, warmup: null), random);

    private EndpointPicker RoundRobin(WeightedEndpoint[] endpoints) =>
        StrideSchedule.Suits(Array.ConvertAll(endpoints, endpoint => endpoint.Weight))
            ? new RoundRobinPicker(endpoints, random)
            : new DeadlinePicker(endpoints, new EndpointWeigher(bias: 0, warmup: null), random);

    /// <summary>Slow start, for as long as an endpoint is not warm (Envoy has it for these two algorithms).</summary>
    private EndpointPicker WarmUp(EndpointPicker settled, LoadBalancingPolicy policy, WeightedEndpoint[] endpoints, double bias)
    {
        if (policy.Warmup is not { } settings)
        {
            return settled;
        }

        var warmup = new Warmup(settings, time);
        if (!Array.Exists(endpoints, endpoint => warmup.IsWarming(endpoint.Endpoint)))
        {
            return settled;
        }

        var warming = new DeadlinePicker(endpoints, new EndpointWeigher(bias, warmup), random);
        return new WarmupPicker(warming, settled, warmup.End(endpoints.Max(endpoint => endpoint.Endpoint.AvailableSince)), time);
    }
}
