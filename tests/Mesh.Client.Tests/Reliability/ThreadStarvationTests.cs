using Mesh.Client.Xds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Reliability;

/// <summary>An application blocks every thread of the pool (fault matrix F05).</summary>
[Collection(nameof(ThreadStarvationTests))]
[CollectionDefinition(nameof(ThreadStarvationTests), DisableParallelization = true)]
public sealed class ThreadStarvationTests
{
    [Fact]
    public void F05_EveryThreadOfThePoolIsBlocked_StepsOfTheClientGoOn()
    {
        var queue = new StepQueue(TimeProvider.System, NullLogger.Instance);
        var running = queue.RunAsync();
        // Never disposed: some of those who wait for it begin when the test is over.
        var release = new ManualResetEvent(initialState: false);
        ThreadPool.GetMinThreads(out var threads, out _);
        for (var item = 0; item < threads * 8; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => release.WaitOne(TimeSpan.FromSeconds(10)), null);
        }

        using var done = new CountdownEvent(1_000);
        for (var step = 0; step < 1_000; step++)
        {
            queue.Post(() => done.Signal());
        }

        var finished = done.Wait(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        release.Set();
        queue.Complete();

        Assert.True(finished);
#pragma warning disable xUnit1031 // The pool has no thread to go on with; this one waits.
        Assert.True(running.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
#pragma warning restore xUnit1031
    }

    [Fact]
    public async Task F08_StepThrows_NextOnesGoOn()
    {
        var logs = new Mesh.Testing.Logging.LogCollector().Expect("XdsStepFailed");
        var queue = new StepQueue(TimeProvider.System, logs.CreateLogger("Mesh"));
        var running = queue.RunAsync();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        queue.Post(() => throw new InvalidOperationException("a mistake"));
        queue.Post(done.SetResult);

        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        queue.Complete();
        await running.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Contains(logs.Entries, entry => entry.EventName == "XdsStepFailed");
    }
}
