namespace Bookinfo.Ratings;

/// <summary>The faults that a version of the service has on purpose.</summary>
internal sealed class Behaviour(string version, TimeProvider time, Random random)
{
    private static readonly TimeSpan UnavailablePeriod = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnhealthyPeriod = TimeSpan.FromMinutes(15);

    private readonly long _start = time.GetTimestamp();

    public bool IsDatabaseBacked => version == "v2";

    public bool IsHealthy => version != "v-unhealthy" || !IsInOddPeriod(UnhealthyPeriod);

    public Reaction Next() => version switch
    {
        "v-faulty" when random.NextDouble() < 0.5 => Reaction.Refuse,
        "v-delayed" when random.NextDouble() < 0.5 => Reaction.Delay,
        "v-unavailable" when IsInOddPeriod(UnavailablePeriod) => Reaction.Refuse,
        "v-unhealthy" when IsInOddPeriod(UnhealthyPeriod) => Reaction.Refuse,
        _ => Reaction.Answer,
    };

    /// <summary>Toggling every period, starting well: reckoned from the clock, so no timer can drift or leak.</summary>
    private bool IsInOddPeriod(TimeSpan period) => time.GetElapsedTime(_start).Ticks / period.Ticks % 2 == 1;
}
