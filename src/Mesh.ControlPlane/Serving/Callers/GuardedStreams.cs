using Google.Protobuf;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Serves the streams of one port, each for as long as its caller proves who it is and the server stays.</summary>
/// <param name="authenticator">Who may open a stream; null on the plaintext port, where nobody can prove anything.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Fires when the server begins to stop.</param>
internal sealed class GuardedStreams(IStreamAuthenticator? authenticator, TimeProvider time, CancellationToken stopping)
{
    /// <param name="call">The stream.</param>
    /// <param name="serve">Serves it for a caller, null for one who need not prove anything, until the token fires.</param>
    /// <returns>The caller whose proof has ended; null for a stream that ended otherwise. The client gets status OK either way: nothing failed, and one that has renewed in time is back at once.</returns>
    /// <exception cref="GrpcException">The caller may not, or the server stops.</exception>
    public async Task<StreamCaller?> ServeAsync<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call, Func<StreamCaller?, CancellationToken, Task> serve)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var caller = authenticator is null ? null : await authenticator.AuthenticateAsync(call.HttpContext, call.CancellationToken);
        using var watch = caller is null ? null : new CallerWatch(authenticator!, caller, time);
        var proofEnded = watch?.Ended ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping, proofEnded);
        try
        {
            await serve(caller, ended.Token);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "The control plane is stopping; connect again.");
        }
        catch (OperationCanceledException) when (proofEnded.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            return caller;
        }
    }

    /// <summary>What a client says first, by which it is known; null when it ended the stream without a word.</summary>
    /// <exception cref="GrpcException">DEADLINE_EXCEEDED: nothing came in time.</exception>
    public async ValueTask<TRequest?> ReadFirstAsync<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call, TimeSpan within, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var timeout = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.DeadlineExceeded, $"The first request must come within {within.TotalSeconds} s of opening the stream.");
        }
    }

    /// <summary>Reads and writes side by side until one of them ends or fails, which ends the other.</summary>
    public static async Task RunAsync(Func<CancellationToken, Task> read, Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = read(ended.Token);
        var writing = write(ended.Token);
        var over = await Task.WhenAny(reading, writing);
        await ended.CancelAsync();
        await (over == reading ? writing : reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over;
    }
}
