namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>The query of one service, which runs until it is stopped.</summary>
internal sealed class ConsulWatch(CancellationToken outer)
{
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(outer);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task { get; private set; } = Task.CompletedTask;

    /// <summary>Completes with the first answer, and with the end.</summary>
    public Task Answered => _answered.Task;

    public void Start(Func<CancellationToken, Task> follow) => Task = RunAsync(follow);

    public void SetAnswered() => _answered.TrySetResult();

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task;
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> follow)
    {
        await Task.Yield();
        try
        {
            await follow(_stopping.Token);
        }
        finally
        {
            _answered.TrySetResult();
        }
    }
}
