namespace Bookinfo.AppHost.Processes;

/// <summary>The processes that run together: when one ends, all end.</summary>
internal sealed class ProcessGroup(string dotnetHost, Action<string, string> echo) : IAsyncDisposable
{
    private readonly List<ChildProcess> _children = [];
    private readonly TaskCompletionSource<ChildProcess> _firstEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <summary>Completes with the first process that ended although nobody asked it to.</summary>
    public Task<ChildProcess> FirstEnd => _firstEnd.Task;

    public ChildProcess Start(ChildProgram program)
    {
        var child = ChildProcess.Start(program, dotnetHost, echo);
        _children.Add(child);
        _ = WatchAsync(child);
        return child;
    }

    /// <summary>Waits for something to come true while all processes live; says which one ended otherwise.</summary>
    public async Task<T> WhileAllLiveAsync<T>(Task<T> wanted, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(wanted, FirstEnd).WaitAsync(cancellationToken) != wanted)
        {
            throw new AppHostException((await FirstEnd).DescribeEnd());
        }

        return await wanted;
    }

    /// <summary>Stops the first process last, so that nobody loses what it stands on; the others leave the mesh side by side.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await Task.WhenAll(_children.Skip(1).Select(StopAsync));
        await Task.WhenAll(_children.Take(1).Select(StopAsync));
    }

    private static async Task StopAsync(ChildProcess child)
    {
        await child.StopAsync();
        child.Dispose();
    }

    private async Task WatchAsync(ChildProcess child)
    {
        await child.Ended;
        if (!_stopping)
        {
            _firstEnd.TrySetResult(child);
        }
    }
}
