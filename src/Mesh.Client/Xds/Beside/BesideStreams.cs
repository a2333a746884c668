using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Beside;

/// <summary>Keeps one connection to the control plane for the streams beside discovery, and runs them on it again and again.</summary>
internal sealed class BesideStreams(
    IReadOnlyList<IBesideStream> streams, Func<GrpcChannel?> openChannel, TimeProvider time, Random random, ILogger<BesideStreams> logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>A server that does not serve it will not soon.</summary>
    private static readonly TimeSpan PauseOfUnimplemented = TimeSpan.FromMinutes(10);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (openChannel() is { } channel)
                {
                    using (channel)
                    {
                        await UseAsync(channel, cancellationToken).ConfigureAwait(false);
                    }
                }

                await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    /// <summary>What is left to say is said; nobody waits for a control plane that does not listen.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in streams)
        {
            try
            {
                await stream.FinishAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsEnd(exception) || exception is OperationCanceledException)
            {
                XdsClientLog.BesideEnded(logger, stream.Name, exception.Message);
            }
        }
    }

    /// <summary>Returns when the connection is of no use any more: the control plane is another one, or gone.</summary>
    private async Task UseAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = streams.Select(stream => RepeatAsync(stream, channel, over.Token)).ToArray();
        await Task.WhenAny(running).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Runs a stream again after a pause that grows; ends when the connection failed.</summary>
    private async Task RepeatAsync(IBesideStream stream, GrpcChannel channel, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var began = time.GetTimestamp();
            try
            {
                await stream.FollowAsync(channel, cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException exception) when (exception.Code == GrpcStatusCode.Unimplemented)
            {
                XdsClientLog.BesideEnded(logger, stream.Name, exception.Message);
                await Task.Delay(PauseOfUnimplemented, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                XdsClientLog.BesideEnded(logger, stream.Name, exception.Message);
                if (exception is GrpcException { Code: GrpcStatusCode.Unavailable } or not GrpcException)
                {
                    await Task.Delay(FirstPause * (1 + random.NextDouble()), time, cancellationToken).ConfigureAwait(false);
                    return;
                }
            }

            pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
            await Task.Delay(pause * (0.8 + (0.4 * random.NextDouble())), time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static bool IsEnd(Exception exception) => exception is GrpcException or HttpRequestException or IOException or TimeoutException;
}
