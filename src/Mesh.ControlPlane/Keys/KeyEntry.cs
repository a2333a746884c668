namespace Mesh.ControlPlane.Keys;

/// <summary>What is known of one issuer's keys, and when to ask again. Owned by the loop of <see cref="KeyRefresher"/>.</summary>
internal sealed class KeyEntry(KeyLocation location, KeyOptions options, DateTimeOffset now)
{
    private const int MostDoublings = 20;

    private DateTimeOffset _fetchedAt;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;
    private int _failures;

    public KeyLocation Location => location;

    /// <summary>The longest that a rule allows.</summary>
    public TimeSpan Timeout { get; set; } = options.Timeout;

    /// <summary>The last good set; null when there is none that still stands.</summary>
    public string? Text { get; private set; }

    public bool IsFetching { get; set; }

    public bool WasTried { get; private set; }

    /// <summary>When to ask next.</summary>
    public DateTimeOffset Due { get; private set; } = now;

    /// <summary>When the set no longer stands.</summary>
    public DateTimeOffset Expires => Text is null ? DateTimeOffset.MaxValue : _fetchedAt + options.MaxStale;

    /// <summary>For the archive; null when there is no set.</summary>
    public KeptKeySet? Kept => Text is { } text ? new KeptKeySet(location.Uri, location.IsDiscovery, text, _fetchedAt) : null;

    /// <summary>Takes what was known before a restart, if it still stands; the issuer is asked at once all the same.</summary>
    public void Restore(KeptKeySet kept, DateTimeOffset now)
    {
        if (kept.FetchedAt <= now && now - kept.FetchedAt < options.MaxStale)
        {
            (Text, _fetchedAt, WasTried) = (kept.Keys, kept.FetchedAt, true);
        }
    }

    public void Succeeded(string text, DateTimeOffset now)
    {
        (Text, _fetchedAt, _failures, WasTried) = (text, now, 0, true);
        Due = now + options.RefreshInterval;
    }

    public void Failed(DateTimeOffset now)
    {
        WasTried = true;
        var wait = options.FirstRetry * (1L << Math.Min(_failures++, MostDoublings));
        Due = now + TimeSpan.FromTicks(Math.Min(wait.Ticks, Math.Min(options.LongestRetry.Ticks, options.RefreshInterval.Ticks)));
    }

    /// <summary>Asks at once, if the last time somebody wanted that is long enough ago.</summary>
    public bool Demand(DateTimeOffset now)
    {
        if (now - _askedAt < options.OnDemandInterval)
        {
            return false;
        }

        _askedAt = Due = now;
        return true;
    }

    public void Forget() => Text = null;
}
