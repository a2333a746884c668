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
        if (_free.TryDequeue(out var deadline))
        {
            Interlocked.Decrement(ref _count);
        }
        else
        {
            deadline = new Deadline(this, time);
        }

        deadline.Start(timeout, callerToken, callerGone);
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
}
