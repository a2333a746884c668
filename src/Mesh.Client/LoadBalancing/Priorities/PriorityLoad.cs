namespace Mesh.Client.LoadBalancing.Priorities;

/// <summary>Divides the requests among the priorities by their health, as Envoy does: the best takes what it can bear, the next the rest.</summary>
/// <param name="Shares">Percent of the requests by priority; they add up to 100 when anything takes requests.</param>
/// <param name="IsInPanic">By priority: whether it uses all its endpoints, as too few are available.</param>
/// <param name="Availability">By priority: the requests that it could bear, in percent.</param>
internal sealed record PriorityLoad(int[] Shares, bool[] IsInPanic, int[] Availability)
{
    private const int Whole = 100;

    /// <param name="priorities">Best first, without gaps.</param>
    /// <param name="overprovisioning">In percent, usually 140.</param>
    /// <param name="panicThreshold">In percent; 0 means that no priority is ever in panic.</param>
    public static PriorityLoad Of(IReadOnlyList<PriorityHealth> priorities, uint overprovisioning, double panicThreshold)
    {
        var availability = priorities.Select(priority => priority.Availability(overprovisioning)).ToArray();
        var total = Math.Min(Whole, availability.Sum());

        // While there is enough for all requests, a priority in a bad state is none of its own: the next one helps out.
        var panic = priorities.Select(priority => total < Whole && priority.IsBelow(panicThreshold)).ToArray();
        var shares = panic.Length > 0 && Array.TrueForAll(panic, isInPanic => isInPanic)
            ? ByEndpoints(priorities)
            : ByAvailability(availability);
        return new PriorityLoad(shares, panic, availability);
    }

    /// <summary>The shares when some priorities may bear nothing; all of them zero when none can bear anything.</summary>
    public static int[] ByAvailability(int[] availability)
    {
        var shares = new int[availability.Length];
        var total = Math.Min(Whole, availability.Sum());
        if (total == 0)
        {
            return shares;
        }

        var rest = Whole;
        for (var priority = 0; priority < shares.Length; priority++)
        {
            shares[priority] = Math.Min(rest, availability[priority] * Whole / total);
            rest -= shares[priority];
        }

        // What rounding leaves over goes to the best that bears anything.
        shares[Array.FindIndex(availability, value => value > 0)] += rest;
        return shares;
    }

    // Total panic: health says nothing any more, numbers do.
    private static int[] ByEndpoints(IReadOnlyList<PriorityHealth> priorities)
    {
        var total = priorities.Sum(priority => priority.Endpoints);
        if (total == 0)
        {
            return new int[priorities.Count];
        }

        var shares = priorities.Select(priority => Whole * priority.Endpoints / total).ToArray();
        shares[Array.FindIndex([.. priorities], priority => priority.Endpoints > 0)] += Whole - shares.Sum();
        return shares;
    }
}
