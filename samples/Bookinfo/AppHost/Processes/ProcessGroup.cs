namespace Bookinfo.AppHost.Processes;

/// <summary>The processes that run together: when one ends, all end.</summary>
internal sealed class ProcessGroup(string dotnetHost, Action<string, string>? echo) : IAsyncDisposable
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

    /// <summary>Stops in the reverse order of the start, so that nobody loses what it stands on.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        for (var i = _children.Count - 1; i >= 0; i--)
        {
            await _children[i].StopAsync();
            _children[i].Dispose();
        }
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
