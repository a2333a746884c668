using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Client.Propagation;

/// <summary>The request being served, as far as the calls made for it must know: what they carry on, how long they may take, and whether anybody waits.</summary>
/// <remarks>Mesh.Server makes one for each request, the outbound pipeline obeys it; the application copies nothing.</remarks>
internal class CallContext
{
    private static readonly AsyncLocal<CallContext?> CurrentValue = new();

    private readonly TimeProvider? _time;
    private readonly long _deadline;
    private volatile bool _retriesExhausted;
    private volatile bool _isOver;
    private volatile FailedCall? _failed;

    public CallContext()
    {
    }

    /// <param name="remaining">What the caller still grants, counted from now; null for no limit.</param>
    /// <param name="time">The clock.</param>
    public CallContext(TimeSpan? remaining, TimeProvider time)
    {
        if (remaining is { } limit)
        {
            (_time, _deadline) = (time, time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency));
        }
    }

    private CallContext(CallContext origin) => (Headers, Claims) = (origin.Headers, origin.Claims);

    /// <summary>Of the logical request this code runs for; null outside of one.</summary>
    public static CallContext? Current
    {
        get => CurrentValue.Value;
        set => CurrentValue.Value = value;
    }

    /// <summary>What every call carries on: names in lower case, each with its values joined by a comma.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Of the token that was verified for the request being served, by which calls may be routed; null without one. They stay in this process.</summary>
    public JsonElement? Claims { get; init; }

    /// <summary>Fires when the caller has gone away before it had its answer.</summary>
    public CancellationToken CallerGone => _isOver ? CancellationToken.None : CallerToken;

    /// <summary>What is left of the caller's time, zero or less when it is over; null when the caller set no limit.</summary>
    public TimeSpan? Remaining => _time is null || _isOver ? null : _time.GetElapsedTime(_time.GetTimestamp(), _deadline);

    /// <summary>Whether a call made for this request has failed in a way that no layer above should try again (<see cref="RetryOwnership"/>).</summary>
    public bool RetriesExhausted
    {
        get => _retriesExhausted;
        set => _retriesExhausted = value;
    }

    /// <summary>The last call made for this request that has failed; a repetition of it by the application is known by this.</summary>
    public FailedCall? Failed
    {
        get => _failed;
        set => _failed = value;
    }

    public CancellationToken CallerToken { private get; init; }

    /// <summary>The value that every call carries on under a name in lower case; null without one.</summary>
    public string? Find(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The caller has its answer: work that goes on in the background is held by neither its deadline nor its presence.</summary>
    public void End() => _isOver = true;

    /// <summary>The same headers and claims for work that goes on without the caller.</summary>
    public CallContext Detach() => new(this);
}
