using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Runs the steps of one client one after the other, so that its state has a single writer and needs no lock; its clock posts steps too.</summary>
internal sealed class StepQueue(TimeProvider time, ILogger logger)
{
    // Fed by callers and by a stream that waits for each of its responses to be done: no peer can fill it.
    private readonly Channel<Action> _steps = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A timer, not yet set, that posts the step when it is due.</summary>
    public ITimer CreateTimer(Action step) =>
        time.CreateTimer(_ => Post(step), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>False once the queue is complete.</summary>
    public bool Post(Action step) => _steps.Writer.TryWrite(step);

    /// <summary>No steps are taken after those already posted.</summary>
    public void Complete() => _steps.Writer.TryComplete();

    public async Task RunAsync()
    {
        await foreach (var step in _steps.Reader.ReadAllAsync().ConfigureAwait(false))
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
    }
}
