namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>What is remembered of one node that reports: how fast it does, and how far it got.</summary>
/// <remarks>Outlives its streams, so that a client cannot report more by connecting anew, nor the same twice.</remarks>
internal sealed class ReportSource(double burst)
{
    private readonly double _burst = burst;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private double _tokens = burst;
    private long? _refilled;
    private long _lastSequence;

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

    /// <summary>False for a report that came before.</summary>
    /// <param name="sequence">Its number; 0 for a client that counts none.</param>
    public bool IsNew(long sequence)
    {
        lock (_lock)
        {
            if (sequence != 0 && sequence <= _lastSequence)
            {
                return false;
            }

            _lastSequence = Math.Max(_lastSequence, sequence);
            return true;
        }
    }
}
