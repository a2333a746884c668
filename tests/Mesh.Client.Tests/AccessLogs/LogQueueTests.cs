using Mesh.Client.AccessLogs.Writing;

namespace Mesh.Client.Tests.AccessLogs;

/// <summary>Lines that wait: for destinations that fail or stand still, and at the end of a process.</summary>
public sealed class LogQueueTests
{
    [Fact]
    public void TryFinish_LinesThatWait_AreWritten()
    {
        using var queue = new LogQueue(new MeshAccessLogOptions(), null, TimeProvider.System);
        var destination = new Destination();
        Add(queue, destination, "one");
        Add(queue, destination, "two");

        Assert.True(queue.TryFinish());
        Assert.Equal(["one", "two"], destination.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task TryFinish_DestinationThatStandsStill_IsGivenUp()
    {
        using var goesOn = new ManualResetEventSlim();
        var queue = new LogQueue(new MeshAccessLogOptions(), null, TimeProvider.System);
        Add(queue, new Destination(() => goesOn.Wait(TestContext.Current.CancellationToken)), "one");

        Assert.False(await Task.Run(queue.TryFinish, TestContext.Current.CancellationToken));

        // Nobody waits a second time.
        queue.Dispose();
        goesOn.Set();
    }

    [Fact]
    public void Write_DestinationFails_ItsLinesAreDroppedAndTheOthersAreWritten()
    {
        using var queue = new LogQueue(new MeshAccessLogOptions { QueueLength = 16 }, null, TimeProvider.System);
        var (broken, destination) = (new Destination(static () => throw new AggregateException("a logging provider failed")), new Destination());
        for (var count = 1; count <= 20; count++)
        {
            Add(queue, broken, "lost");
            queue.Write();
            Assert.Equal(count, queue.Dropped);
        }

        Add(queue, destination, "one");
        queue.Write();
        Assert.Equal(["one"], destination.Lines);
    }

    [Fact(Timeout = 60_000)]
    public async Task Add_LinesComeAsFastAsTheyAreWritten_NoMoreThreadsOfThePoolStandStill()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var begun = new SemaphoreSlim(0);
        using var goesOn = new SemaphoreSlim(0);
        using var queue = new LogQueue(new MeshAccessLogOptions { FlushInterval = TimeSpan.FromMinutes(1) }, null, TimeProvider.System);
        var destination = new Destination(() =>
        {
            begun.Release();
            goesOn.Wait(cancellation);
        });
        for (var line = 0; line < 512; line++)
        {
            Add(queue, destination, "one");
        }

        // Again and again there is one line too few, and then enough that somebody is to write them.
        await begun.WaitAsync(cancellation);
        for (var round = 0; round < 200; round++)
        {
            goesOn.Release();
            await begun.WaitAsync(cancellation);
            Add(queue, destination, "one");
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(static () => { }, cancellation)));
        goesOn.Release(1_024);
    }

    private static void Add(LogQueue queue, ILogDestination destination, string line)
    {
        var text = queue.Rent();
        text.Append(line);
        queue.Add(destination, text);
    }

    private sealed class Destination(Action? writing = null) : ILogDestination
    {
        public List<string> Lines { get; } = [];

        public bool IsEnabled => true;

        public void Write(ReadOnlySpan<char> line)
        {
            writing?.Invoke();
            Lines.Add(line.ToString());
        }

        public void Flush()
        {
        }
    }
}
