namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>What is remembered of one node that reports: how fast it does, and how far it got.</summary>
/// <remarks>Outlives its streams, so that a client cannot report more by connecting anew, nor the same twice.</remarks>
internal sealed class ReportSource(double burst)
{
    /// <summary>The newest ones; what is older came before.</summary>
    private const int RememberedNumbers = 16;

    private readonly double _burst = burst;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private double _tokens = burst;
    private long? _refilled;
    private readonly List<long> _numbers = [];
    private long _floor;

    // Guarded by the table of sources.
    public int Streams { get; set; }

    public long LastSeen { get; set; }

    /// <summary>Takes a token; false for a client that reports far more often than it was asked to.</summary>
    public bool TryTake(TimeSpan interval, TimeProvider time)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_refilled is { } last)
            {
                // Twice as often as asked is not worth a refusal: timers are not exact.
                _tokens = Math.Min(_burst, _tokens + (2 * (time.GetElapsedTime(last, now) / interval)));
            }

            _refilled = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }

    /// <summary>False for a report that came before, here or at another control plane.</summary>
    /// <remarks>A client that moves reports the next one here before the last one is known that it reported there: numbers do not come in order.</remarks>
    /// <param name="number">Its number; 0 for a client that counts none.</param>
    public bool IsNew(long number)
    {
        if (number == 0)
        {
            return true;
        }

        lock (_lock)
        {
            if (number <= _floor || _numbers.Contains(number))
            {
                return false;
            }

            _numbers.Add(number);
            if (_numbers.Count > RememberedNumbers)
            {
                _floor = _numbers.Min();
                _numbers.Remove(_floor);
            }

            return true;
        }
    }
}
