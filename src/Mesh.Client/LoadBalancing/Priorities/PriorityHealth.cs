namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>How much of a priority takes requests.</summary>
/// <param name="Endpoints">All of them.</param>
/// <param name="Available">Those that take requests.</param>
/// <param name="Weight">What counts for its health: the same number, or the sum of the weights.</param>
/// <param name="AvailableWeight">The part of it that is available.</param>
internal readonly record struct PriorityHealth(int Endpoints, int Available, ulong Weight, ulong AvailableWeight)
{
    public PriorityHealth(int endpoints, int available)
        : this(endpoints, available, (ulong)endpoints, (ulong)available)
    {
    }

    /// <summary>The requests it can bear, in percent of all (Envoy: the healthy share times the overprovisioning factor, cut off at 100).</summary>
    public int Availability(uint overprovisioning) =>
        Weight == 0 ? 0 : (int)Math.Min(100, overprovisioning * AvailableWeight / Weight);

    public bool IsBelow(double percent) => (Endpoints == 0 ? 0 : 100d * Available / Endpoints) < percent;
}
