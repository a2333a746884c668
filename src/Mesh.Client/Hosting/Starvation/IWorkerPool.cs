namespace Mesh.Client.Hosting.Starvation;

/// <summary>What the watch sees of a thread pool.</summary>
internal interface IWorkerPool
{
    /// <summary>For messages: how many threads there are, and how much waits for one.</summary>
    (int Threads, long Waiting) Load { get; }

    /// <summary>Runs it when there is a thread for it.</summary>
    void Queue(Action work);

    /// <summary>Lets the pool have more threads at once.</summary>
    /// <param name="borrower">On whose behalf.</param>
    /// <param name="threads">How many more than it has now.</param>
    /// <param name="most">How many at most above what it was set to before the first were added.</param>
    /// <returns>How many were added now; 0 at the bound.</returns>
    int Raise(object borrower, int threads, int most);

    /// <summary>A borrower needs them no more; with the last one the pool is set to what it was set to before.</summary>
    void Return(object borrower);
}
