namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>The endpoints of one locality in one priority.</summary>
/// <param name="Weight">Its share of the priority's requests.</param>
/// <param name="All">Whatever their health.</param>
internal sealed record LocalityCandidates(uint Weight, Candidate[] All)
{
    public bool HasAvailable => Array.Exists(All, candidate => candidate.IsAvailable);

    public WeightedEndpoint[] Available() => [.. All.Where(candidate => candidate.IsAvailable).Select(candidate => candidate.Weigh())];

    /// <summary>The weight, less when so much of it is not available that the rest cannot bear it (Envoy).</summary>
    public double EffectiveWeight(uint overprovisioning) =>
        Weight * Math.Min(1, overprovisioning / 100d * All.Count(candidate => candidate.IsAvailable) / All.Length);
}
