using Mesh.Client.LoadBalancing.Priorities;

namespace Mesh.Client.LoadBalancing;

/// <summary>Chooses the endpoint of an attempt in a cluster: the session's own, or a priority by its share and an endpoint in it.</summary>
internal sealed class ClusterPicker : Picker
{
    private const int Whole = 100;

    private readonly EndpointPicker?[] _priorities;
    private readonly PriorityLoad _load;
    private readonly bool _usesHash;
    private readonly Lazy<SessionHosts> _sessions;
    private readonly Random _random;

    // Takes everything; null when requests are divided.
    private readonly EndpointPicker? _sole;

    /// <param name="priorities">By priority; null where no request can go.</param>
    /// <param name="load">Their shares.</param>
    /// <param name="usesHash">Whether requests are placed by their hash.</param>
    /// <param name="sessions">The endpoints that sessions may stay with; made when the first session comes.</param>
    /// <param name="random">For choices.</param>
    public ClusterPicker(EndpointPicker?[] priorities, PriorityLoad load, bool usesHash, Lazy<SessionHosts> sessions, Random random)
    {
        (_priorities, _load, _usesHash, _sessions, _random) = (priorities, load, usesHash, sessions, random);
        var whole = Array.IndexOf(load.Shares, Whole);
        _sole = whole < 0 ? null : priorities[whole];
    }

    /// <summary>For retries; none leaves it to chance.</summary>
    public UntriedEndpoints? Untried { get; init; }

    public override BalancedEndpoint? Pick(in PickContext context)
    {
        if (context.OverrideHost is { } host)
        {
            var session = _sessions.Value.Find(host);
            if (context.Previous is null ? session is not null || context.RequiresOverrideHost : session is not null && !context.Previous.Contains(session))
            {
                return session;
            }
        }

        // A request without a hash goes anywhere (Envoy, gRFC A42).
        var hash = !_usesHash ? 0 : context.Hash ?? (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
        return context.Previous is { } previous
            ? PickAnother(hash, previous, context.AvoidPreviousPriorities)
            : (_sole ?? Draw(hash, _load.Shares))?.Pick(hash, attempt: 0);
    }

    /// <summary>Picks again while the endpoint has had its attempt, as often as the policy says; then any that has not is taken.</summary>
    private BalancedEndpoint? PickAnother(ulong hash, PreviousAttempts previous, bool avoidPriorities)
    {
        var shares = avoidPriorities ? SharesWithout(previous) : _load.Shares;
        BalancedEndpoint? endpoint = null;
        for (var attempt = 0; attempt <= previous.MaxReselections; attempt++)
        {
            endpoint = Draw(hash, shares)?.Pick(hash, attempt);
            if (endpoint is null || !previous.Contains(endpoint))
            {
                return endpoint;
            }
        }

        return (previous.MaxReselections > 0 ? Untried?.Find(previous, shares) : null) ?? endpoint;
    }

    private EndpointPicker? Draw(ulong hash, int[] shares)
    {
        var place = _usesHash ? (int)(hash % Whole) : _random.Next(Whole);
        for (var priority = 0; priority < shares.Length; priority++)
        {
            place -= shares[priority];
            if (place < 0)
            {
                return _priorities[priority];
            }
        }

        return null;
    }

    /// <summary>The shares when the priorities that have had their attempt bear nothing; when none is left, as if there had been no attempt (Envoy).</summary>
    private int[] SharesWithout(PreviousAttempts previous)
    {
        var availability = (int[])_load.Availability.Clone();
        foreach (var endpoint in previous.Endpoints)
        {
            if (endpoint.Priority < availability.Length)
            {
                availability[endpoint.Priority] = 0;
            }
        }

        return Array.TrueForAll(availability, value => value == 0) ? _load.Shares : PriorityLoad.ByAvailability(availability);
    }
}
