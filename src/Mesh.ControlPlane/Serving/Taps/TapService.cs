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
    /// <param name="streams">Who may open a stream there, and how long it lasts.</param>
    public void Map(IEndpointRouteBuilder endpoints, GuardedStreams streams) => endpoints.MapGrpc(
        TapMethods.Follow,
        call => streams.ServeAsync(call, (caller, ended) => FollowAsync(call, streams, caller, ended)),
        new GrpcServerOptions { MaxReceiveMessageSize = sessions.Limits.MessageSize });

    private async Task FollowAsync(GrpcServerCall<TapReport, TapOrders> call, GuardedStreams streams, StreamCaller? caller, CancellationToken ended)
    {
        if (await streams.ReadFirstAsync(call, FirstReportTimeout, ended) is not { } first)
        {
            return;
        }

        await call.SendHeadersAsync();
        var node = clients.Read(first.Node, caller);
        var client = sessions.Enter(clients.NameOf(node, first.Node));
        try
        {
            await GuardedStreams.RunAsync(token => ReadAsync(call, client, token), token => WriteAsync(call, client, token), ended);
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
