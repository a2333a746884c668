using Mesh.Client.Model;

namespace Mesh.Client.Resilience;

/// <summary>Bounds the retries of one cluster, so that they cannot multiply the load of a destination that is failing.</summary>
/// <remarks>
/// Two rules (docs/retries.md). At once: Envoy's, when configured. Over time, always: within <see cref="Window"/>, the retries of calls that
/// failed in spite of them are at most the budget's share of the requests, or <see cref="MinPerWindow"/>. A call that a retry has saved gives
/// its retries back: while some endpoints work, every call may be saved; when none does, the load grows by the share and no more.
/// </remarks>
internal sealed class RetryBudget(RetryBudgetPolicy policy, TimeProvider time)
{
    /// <summary>Retries of failed calls that a window allows in any case, for each slot of the minimum concurrency.</summary>
    public const int MinPerSlot = 10;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private const int Slots = 10;

    private readonly double _share = (policy.Percent ?? RetryBudgetPolicy.DefaultPercent) / 100;

    // Written by every request.
    private long _requests;

    // Guarded by _lock.
    private readonly Lock _lock = new();
    private readonly double[] _requestsOfSlot = new double[Slots];
    private readonly int[] _spentOfSlot = new int[Slots];
    private readonly long _start = time.GetTimestamp();
    private long _slot;
    private long _requestsSeen;
    private int _concurrent;

    public RetryBudgetPolicy Policy => policy;

    /// <summary>Retries that are under way, their backoff included.</summary>
    public int Concurrent => Volatile.Read(ref _concurrent);

    public int MinPerWindow => (int)Math.Min((long)policy.MinConcurrency * MinPerSlot, int.MaxValue);

    /// <summary>A call begins.</summary>
    public void CountRequest() => Interlocked.Increment(ref _requests);

    /// <summary>Whether one more retry may begin; if so it counts until <see cref="End"/>.</summary>
    /// <param name="active">Requests of the cluster that are under way.</param>
    /// <param name="slot">When it was taken, for <see cref="GiveBack"/>.</param>
    public bool TryTake(int active, out long slot)
    {
        lock (_lock)
        {
            slot = Advance();
            if (_concurrent >= ConcurrencyLimit(active) || Sum(_spentOfSlot) >= WindowLimit())
            {
                return false;
            }

            _spentOfSlot[slot % Slots]++;
            _concurrent++;
            return true;
        }
    }

    /// <summary>How many more retries may begin now.</summary>
    /// <param name="active">Requests of the cluster that are under way.</param>
    public int Remaining(int active)
    {
        lock (_lock)
        {
            Advance();
            return (int)Math.Max(0, Math.Min(ConcurrencyLimit(active) - _concurrent, WindowLimit() - Sum(_spentOfSlot)));
        }
    }

    /// <summary>The retry has ended.</summary>
    public void End()
    {
        lock (_lock)
        {
            _concurrent--;
        }
    }

    /// <summary>The call has succeeded: a retry that was taken then costs nothing.</summary>
    public void GiveBack(long slot)
    {
        lock (_lock)
        {
            if (slot > Advance() - Slots)
            {
                _spentOfSlot[slot % Slots]--;
            }
        }
    }

    // Envoy: the percentage wins over the fixed limit. Unset, the rule over time is enough: a limit on concurrency would
    // refuse to save calls just when some endpoints are slow to fail.
    private double ConcurrencyLimit(int active) => policy switch
    {
        { Percent: not null } => Math.Max(policy.MinConcurrency, Math.Floor(active * _share)),
        { MaxConcurrency: { } most } => most,
        _ => double.PositiveInfinity,
    };

    private double WindowLimit()
    {
        double requests = 0;
        foreach (var count in _requestsOfSlot)
        {
            requests += count;
        }

        return Math.Max(MinPerWindow, requests * _share);
    }

    /// <summary>Moves the window to now; requests since the last look are spread over the time since, so that a quiet hour is no credit.</summary>
    private long Advance()
    {
        var slot = Math.Max(_slot, (long)(time.GetElapsedTime(_start) / (Window / Slots)));
        var requests = Volatile.Read(ref _requests);
        var passed = slot - _slot;
        var each = (requests - _requestsSeen) / (double)Math.Max(1, passed);
        for (var next = Math.Max(_slot + 1, slot - Slots + 1); next <= slot; next++)
        {
            _requestsOfSlot[next % Slots] = each;
            _spentOfSlot[next % Slots] = 0;
        }

        if (passed == 0)
        {
            _requestsOfSlot[slot % Slots] += each;
        }

        _slot = slot;
        _requestsSeen = requests;
        return slot;
    }

    private static int Sum(int[] counts)
    {
        var sum = 0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
