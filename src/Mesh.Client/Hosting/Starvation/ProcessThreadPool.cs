namespace Mesh.Client.Hosting.Starvation;

/// <summary>The thread pool of .NET, whose minimum is raised and lowered for all meshes of the process together.</summary>
internal sealed class ProcessThreadPool(Func<(int Minimum, int Maximum, int Threads)> read, Func<int, bool> setMinimum) : IWorkerPool
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<object> _borrowers = [];
    private int _before;
    private int _set;

    /// <summary>There is one pool, and so one who knows what its minimum was.</summary>
    public static ProcessThreadPool Shared { get; } = new(Read, SetMinimum);

    public (int Threads, long Waiting) Load => (ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);

    public void Queue(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);

    public int Raise(object borrower, int threads, int most)
    {
        lock (_lock)
        {
            var (minimum, maximum, there) = read();
            if (_borrowers.Count == 0)
            {
                _before = minimum;
            }

            // The pool may have grown by itself meanwhile: a minimum below that adds nothing.
            var wanted = Math.Min(Math.Max(minimum, there) + threads, Math.Min(_before + most, maximum));
            if (wanted <= minimum || !setMinimum(wanted))
            {
                return 0;
            }

            _borrowers.Add(borrower);
            _set = wanted;
            return wanted - minimum;
        }
    }

    public void Return(object borrower)
    {
        lock (_lock)
        {
            // Somebody else has set it since: then it is theirs.
            if (_borrowers.Remove(borrower) && _borrowers.Count == 0 && read().Minimum == _set)
            {
                setMinimum(_before);
            }
        }
    }

    private static (int Minimum, int Maximum, int Threads) Read()
    {
        ThreadPool.GetMinThreads(out var minimum, out _);
        ThreadPool.GetMaxThreads(out var maximum, out _);
        return (minimum, maximum, ThreadPool.ThreadCount);
    }

    private static bool SetMinimum(int threads)
    {
        ThreadPool.GetMinThreads(out _, out var completion);
        return ThreadPool.SetMinThreads(threads, completion);
    }
}
