using Mesh.Client.Hosting.Starvation;

namespace Mesh.Client.Tests.Hosting.Starvation;

/// <summary>A pool that begins what it is given only when it has as many threads as the test wants.</summary>
internal sealed class HeldPool : IWorkerPool
{
    private readonly Lock _lock = new();
    private readonly List<Action> _waiting = [];
    private int _needed;
    private int _threads;

    /// <summary>Completes when what was added has been given back.</summary>
    public TaskCompletionSource Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Most { get; private set; }

    public (int Threads, long Waiting) Load => (2, 1);

    /// <summary>From now on nothing begins until so many threads were added.</summary>
    public void Hold(int threads)
    {
        lock (_lock)
        {
            _needed = threads;
        }
    }

    public void Queue(Action work)
    {
        lock (_lock)
        {
            _waiting.Add(work);
            RunIfEnough();
        }
    }

    public int Raise(object borrower, int threads, int most)
    {
        lock (_lock)
        {
            var added = Math.Min(threads, most - _threads);
            _threads += added;
            Most = Math.Max(Most, _threads);
            RunIfEnough();
            return added;
        }
    }

    public void Return(object borrower)
    {
        lock (_lock)
        {
            _threads = 0;
            Returned.TrySetResult();
        }
    }

    private void RunIfEnough()
    {
        if (_threads >= _needed)
        {
            _waiting.ForEach(static work => work());
            _waiting.Clear();
        }
    }
}
