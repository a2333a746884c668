using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Loads;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>The streams over which processes are told what somebody wants to look at, and tell it.</summary>
internal sealed class TapService(TapSessions sessions, LoadClients clients)
{
    private static readonly TimeSpan FirstReportTimeout = TimeSpan.FromSeconds(30);

    /// <param name="endpoints">Of the port.</param>
    /// <param name="authenticator">Who may open a stream; null on the plaintext port, where nobody can prove anything.</param>
    /// <param name="stopping">Fires when the server begins to stop.</param>
    public void Map(IEndpointRouteBuilder endpoints, IStreamAuthenticator? authenticator, CancellationToken stopping) => endpoints.MapGrpc(
        TapMethods.Follow,
        call => ServeAsync(call, authenticator, stopping),
        new GrpcServerOptions { MaxReceiveMessageSize = sessions.Limits.MessageSize });

    private async Task ServeAsync(GrpcServerCall<TapReport, TapOrders> call, IStreamAuthenticator? authenticator, CancellationToken stopping)
    {
        var caller = authenticator is null ? null : await authenticator.AuthenticateAsync(call.HttpContext, call.CancellationToken);
        using var watch = caller is null ? null : new CallerWatch(authenticator!, caller, clients.Time);
        var proofEnded = watch?.Ended ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping, proofEnded);
        try
        {
            using var timeout = new CancellationTokenSource(FirstReportTimeout, clients.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended.Token);
            if (await call.ReadAsync(both.Token) is { } first)
            {
                await call.SendHeadersAsync();
                await FollowAsync(call, first, caller, ended);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "The control plane is stopping; connect again.");
        }
        catch (OperationCanceledException) when (!call.CancellationToken.IsCancellationRequested)
        {
            // Status OK: its proof has ended, or it said nothing; a client that has renewed is back at once.
        }
    }

    private async Task FollowAsync(GrpcServerCall<TapReport, TapOrders> call, TapReport first, StreamCaller? caller, CancellationTokenSource ended)
    {
        var node = clients.Read(first.Node, caller);
        var client = sessions.Enter(clients.NameOf(node, first.Node));
        try
        {
            var reading = ReadAsync(call, client, ended.Token);
            var writing = WriteAsync(call, client, ended.Token);
            var over = await Task.WhenAny(reading, writing);
            await ended.CancelAsync();
            await (over == reading ? writing : reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await over;
        }
        finally
        {
            sessions.Leave(client);
        }
    }

    private async Task ReadAsync(GrpcServerCall<TapReport, TapOrders> call, TapClient client, CancellationToken cancellationToken)
    {
        var pace = new RequestPace(sessions.Limits.MessagesPerSecond, clients.Time);
        while (await call.ReadAsync(cancellationToken) is { } report)
        {
            sessions.Tell(client, report);
            if (pace.Take() is { Ticks: > 0 } delay)
            {
                await Task.Delay(delay, clients.Time, cancellationToken);
            }
        }
    }

    private async Task WriteAsync(GrpcServerCall<TapReport, TapOrders> call, TapClient client, CancellationToken cancellationToken)
    {
        var told = false;

        // Of sessions that began before it came.
        client.Wake();
        while (await client.Changes.WaitToReadAsync(cancellationToken))
        {
            client.Changes.TryRead(out _);
            var orders = sessions.Of(client);
            if (orders.IsEmpty && !told)
            {
                continue;
            }

            told = !orders.IsEmpty;
            await call.WriteAsync(new TapOrders { Orders = { orders.Select(session => session.ToOrder()) } }, cancellationToken);
        }
    }
}
