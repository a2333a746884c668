using System.Collections.Frozen;
using Mesh.Client.LoadBalancing.Lanes;
using Mesh.Client.LoadBalancing.Priorities;
using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Makes the picker of a cluster from its policy and those of its endpoints that take requests.</summary>
/// <param name="random">For choices.</param>
/// <param name="time">The clock of warm-up and latencies.</param>
/// <param name="lanes">How endpoints are divided by lanes; null: not at all.</param>
internal sealed class Balancer(Random random, TimeProvider time, LaneRule? lanes = null)
{
    private readonly EndpointPickerFactory _pickers = new(random, time);

    /// <param name="policy">The algorithm.</param>
    /// <param name="endpoints">All endpoints of the cluster.</param>
    /// <param name="active">The requests under way in the cluster.</param>
    /// <param name="find">Gives the lasting object of an endpoint.</param>
    public Picker Build(LoadBalancingPolicy policy, EndpointSet endpoints, ActiveRequests active, Func<Endpoint, BalancedEndpoint> find)
    {
        if (lanes is null || LaneSplit.Of(endpoints, lanes) is not { } split)
        {
            return BuildLane(policy, endpoints, active, find);
        }

        split.Remove("", out var baseline);
        return new LanePicker(
            BuildLane(policy, baseline!, active, find),
            split.ToFrozenDictionary(lane => lane.Key, lane => BuildLane(policy, lane.Value, active, find), StringComparer.Ordinal));
    }

    private Picker BuildLane(LoadBalancingPolicy policy, EndpointSet endpoints, ActiveRequests active, Func<Endpoint, BalancedEndpoint> find)
    {
        var priorities = PriorityEndpoints.Of(endpoints, policy, find);
        if (priorities.Length == 0)
        {
            return EmptyPicker.Instance;
        }

        foreach (var candidate in priorities.SelectMany(priority => priority.All))
        {
            candidate.Endpoint.Settle(candidate.Priority, candidate.IsAvailable, time);
        }

        var health = Array.ConvertAll(priorities, priority => priority.Health(endpoints.WeighsHealth));
        var load = PriorityLoad.Of(health, endpoints.Overprovisioning, policy.PanicThreshold);
        var pickers = priorities.Select((priority, index) => Build(policy, priority, load.IsInPanic[index], endpoints.Overprovisioning, active));
        var sessions = new Lazy<SessionHosts>(() => new SessionHosts(endpoints, policy.OverrideHealth, find));
        return new ClusterPicker([.. pickers], load, IsByHash(policy), sessions, random)
        {
            Untried = new UntriedEndpoints(
                [.. priorities.SelectMany(priority => priority.All).Where(candidate => candidate.IsServing).Select(candidate => candidate.Endpoint)],
                random),
        };
    }

    private static bool IsByHash(LoadBalancingPolicy policy) => policy.Kind is LoadBalancingKind.RingHash or LoadBalancingKind.Maglev;

    private EndpointPicker? Build(LoadBalancingPolicy policy, PriorityEndpoints priority, bool isInPanic, uint overprovisioning, ActiveRequests active)
    {
        // In panic all endpoints serve, whatever their health and locality (Envoy).
        if (isInPanic)
        {
            return _pickers.Create(policy, priority.Everything(), active, isInPanic);
        }

        // A hash places among all endpoints at once; anything else chooses the locality first.
        if (IsByHash(policy))
        {
            return BuildByHash(policy, priority, active);
        }

        if (!policy.UsesLocalityWeights)
        {
            return _pickers.Create(policy, priority.Available(), active);
        }

        var localities = priority.Localities.Where(locality => locality.Weight > 0 && locality.HasAvailable).ToArray();
        return localities.Length switch
        {
            0 => null,
            1 => _pickers.Create(policy, localities[0].Available(), active),
            _ => new LocalityPicker(
                Array.ConvertAll(localities, locality => _pickers.Create(policy, locality.Available(), active)!),
                Array.ConvertAll(localities, locality => locality.EffectiveWeight(overprovisioning)),
                random),
        };
    }

    /// <summary>A ring holds endpoints that are not available for the moment, too, and passes over them: only their own keys move (gRFC A42).</summary>
    private EndpointPicker? BuildByHash(LoadBalancingPolicy policy, PriorityEndpoints priority, ActiveRequests active)
    {
        if (!priority.All.Any(candidate => candidate.IsAvailable))
        {
            return null;
        }

        Func<Candidate, bool> isPlaced = policy is { Kind: LoadBalancingKind.RingHash, HashBalanceFactor: null }
            ? candidate => candidate.IsServing
            : candidate => candidate.IsAvailable;
        return _pickers.Create(policy, policy.UsesLocalityWeights ? priority.WhereByLocality(isPlaced) : priority.Where(isPlaced), active);
    }
}
