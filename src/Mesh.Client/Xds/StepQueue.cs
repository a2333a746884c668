using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Runs the steps of one client one after the other, so that its state has a single writer and needs no lock; its clock posts steps too.</summary>
/// <remarks>On a thread of its own: an application that blocks every thread of the pool does not stop the mesh.</remarks>
internal sealed class StepQueue(TimeProvider time, ILogger logger)
{
    // Fed by callers and by a stream that waits for each of its responses to be done: no peer can fill it.
    private readonly BlockingCollection<Action> _steps = [];

    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A timer, not yet set, that posts the step when it is due.</summary>
    public ITimer CreateTimer(Action step) =>
        time.CreateTimer(_ => Post(step), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>False once the queue is complete.</summary>
    public bool Post(Action step)
    {
        try
        {
            return _steps.TryAdd(step);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What several things that the queue owns have, gathered between two steps; nothing once the queue is complete.</summary>
    public Task<IReadOnlyList<TResult>> AskAsync<TSource, TResult>(IEnumerable<TSource> sources, Func<TSource, IEnumerable<TResult>> read)
    {
        var all = new TaskCompletionSource<IReadOnlyList<TResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Post(() => all.TrySetResult([.. sources.SelectMany(read)])) ? all.Task : Task.FromResult<IReadOnlyList<TResult>>([]);
    }

    /// <summary>No steps are taken after those already posted.</summary>
    public void Complete() => _steps.CompleteAdding();

    /// <summary>Runs until the queue is complete.</summary>
    public Task RunAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(done)) { IsBackground = true, Name = "mesh-xds" }.Start();
        return done.Task;
    }

    private void Run(TaskCompletionSource done)
    {
        foreach (var step in _steps.GetConsumingEnumerable())
        {
            try
            {
                step();
            }
            catch (Exception exception)
            {
                XdsClientLog.StepFailed(logger, exception);
            }
        }

        done.SetResult();
    }
}
