namespace Mesh.Client.Transport;

/// <summary>Steps that are taken a while later, or at once when their owner ends.</summary>
internal sealed class DelayedSteps(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();

    // Guarded by _lock; a timer that nothing holds would not fire.
    private readonly Dictionary<Action, ITimer> _timers = new(ReferenceEqualityComparer.Instance);

    public void Add(TimeSpan delay, Action step)
    {
        lock (_lock)
        {
            _timers[step] = time.CreateTimer(state => Take((Action)state!), step, delay, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        Action[] steps;
        lock (_lock)
        {
            steps = [.. _timers.Keys];
        }

        Array.ForEach(steps, Take);
    }

    private void Take(Action step)
    {
        lock (_lock)
        {
            if (!_timers.Remove(step, out var timer))
            {
                return;
            }

            timer.Dispose();
        }

        step();
    }
}
