using Mesh.Client.AccessLogs.Writing;

namespace Mesh.Client.Tests.AccessLogs;

/// <summary>The end of a process with lines that wait.</summary>
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
        Add(queue, new Destination(goesOn), "one");

        Assert.False(await Task.Run(queue.TryFinish, TestContext.Current.CancellationToken));

        // Nobody waits a second time.
        queue.Dispose();
        goesOn.Set();
    }

    private static void Add(LogQueue queue, ILogDestination destination, string line)
    {
        var text = queue.Rent();
        text.Append(line);
        queue.Add(destination, text);
    }

    private sealed class Destination(ManualResetEventSlim? goesOn = null) : ILogDestination
    {
        public List<string> Lines { get; } = [];

        public bool IsEnabled => true;

        public void Write(ReadOnlySpan<char> line)
        {
            goesOn?.Wait(TestContext.Current.CancellationToken);
            Lines.Add(line.ToString());
        }

        public void Flush()
        {
        }
    }
}
