using System.Collections.Concurrent;

namespace Mesh.Client.Pipeline;

/// <summary>Keeps deadlines for reuse: a timer and its source cost 144 bytes a call otherwise.</summary>
internal sealed class DeadlinePool(TimeProvider time)
{
    private const int Capacity = 256;

    private readonly ConcurrentQueue<Deadline> _free = new();
    private int _count;

    /// <inheritdoc cref="Deadline.Start"/>
    public Deadline Start(TimeSpan? timeout, CancellationToken callerToken, CancellationToken callerGone = default)
    {
        var deadline = Take();
        deadline.Start(timeout, callerToken, callerGone);
        return deadline;
    }

    /// <inheritdoc cref="Deadline.StartForAttempt"/>
    public Deadline StartForAttempt(CancellationToken callerToken)
    {
        var deadline = Take();
        deadline.StartForAttempt(callerToken);
        return deadline;
    }

    public bool Return(Deadline deadline)
    {
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _free.Enqueue(deadline);
        return true;
    }

    private Deadline Take()
    {
        if (!_free.TryDequeue(out var deadline))
        {
            return new Deadline(this, time);
        }

        Interlocked.Decrement(ref _count);
        return deadline;
    }
}
