using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>The endpoints of one priority, by locality.</summary>
internal sealed record PriorityEndpoints(LocalityCandidates[] Localities)
{
    public IEnumerable<Candidate> All => Localities.SelectMany(locality => locality.All);

    /// <summary>All priorities, best first; a number that the configuration leaves out is an empty one.</summary>
    public static PriorityEndpoints[] Of(EndpointSet endpoints, LoadBalancingPolicy policy, Func<Endpoint, BalancedEndpoint> find)
    {
        var groups = endpoints.Localities.ToLookup(locality => locality.Priority);
        return [.. groups.Select(group => group.Key).Order().Select((number, priority) => new PriorityEndpoints(
            [.. groups[number].Select(locality => new LocalityCandidates(
                locality.Weight,
                [.. locality.Endpoints.Select(endpoint => Candidate.Of(endpoint, priority, policy.HashesHostNames, find(endpoint)))]))]))];
    }

    /// <param name="byWeight">Whether an endpoint counts as much as it weighs.</param>
    public PriorityHealth Health(bool byWeight)
    {
        var (count, available) = (All.Count(), All.Count(candidate => candidate.IsAvailable));
        return byWeight
            ? new PriorityHealth(count, available, Sum(All), Sum(All.Where(candidate => candidate.IsAvailable)))
            : new PriorityHealth(count, available);
    }

    public WeightedEndpoint[] Everything() => [.. All.Select(candidate => candidate.Weigh())];

    public WeightedEndpoint[] Available() => Where(candidate => candidate.IsAvailable);

    public WeightedEndpoint[] Where(Func<Candidate, bool> isChosen) => [.. All.Where(isChosen).Select(candidate => candidate.Weigh())];

    /// <summary>The chosen ones, which share their locality's weight by their own.</summary>
    public WeightedEndpoint[] WhereByLocality(Func<Candidate, bool> isChosen) => [.. Localities.SelectMany(locality => ShareOut(locality, isChosen))];

    private static IEnumerable<WeightedEndpoint> ShareOut(LocalityCandidates locality, Func<Candidate, bool> isChosen)
    {
        var chosen = locality.All.Where(isChosen).ToArray();
        var sum = (double)Sum(chosen);
        return chosen.Select(candidate => candidate.Weigh(locality.Weight / sum));
    }

    private static ulong Sum(IEnumerable<Candidate> candidates) =>
        candidates.Aggregate(0UL, (sum, candidate) => sum + candidate.Weight);
}
