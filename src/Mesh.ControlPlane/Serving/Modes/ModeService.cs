using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Loads;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Extensions.Mode;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using WireOrder = Mesh.Protocol.Extensions.Mode.ModeOrder;

namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>The streams over which processes tell what their calls follow, and are ordered out of the mesh and back.</summary>
internal sealed class ModeService : IDisposable
{
    private const int MessageSize = 64 * 1024;
    private const int MessagesPerSecond = 20;

    private static readonly TimeSpan FirstReportTimeout = TimeSpan.FromSeconds(30);

    private readonly ModeOrders _orders;
    private readonly LoadClients _names;
    private readonly StreamMemory _memory;

    /// <param name="orders">Who is ordered out.</param>
    /// <param name="names">Who the clients of the streams are.</param>
    /// <param name="memory">For what they tell.</param>
    public ModeService(ModeOrders orders, LoadClients names, StreamMemory memory)
    {
        (_orders, _names, _memory) = (orders, names, memory);
        orders.Changed += Clients.WakeAll;
    }

    public ModeClients Clients { get; } = new();

    /// <param name="endpoints">Of the port.</param>
    /// <param name="streams">Who may open a stream there, and how long it lasts.</param>
    public void Map(IEndpointRouteBuilder endpoints, GuardedStreams streams) => endpoints.MapGrpc(
        ModeMethods.Follow,
        call => streams.ServeAsync(call, (caller, ended) => FollowAsync(call, streams, caller, ended)),
        new GrpcServerOptions { MaxReceiveMessageSize = MessageSize });

    public void Dispose() => _orders.Changed -= Clients.WakeAll;

    private async Task FollowAsync(GrpcServerCall<ModeReport, WireOrder> call, GuardedStreams streams, StreamCaller? caller, CancellationToken ended)
    {
        if (await streams.ReadFirstAsync(call, FirstReportTimeout, ended) is not { } first)
        {
            return;
        }

        using var share = new StreamShare(_memory);
        share.Take(StreamMemory.SizeOf(first));
        await call.SendHeadersAsync();
        var node = _names.Read(first.Node, caller);
        var client = new ModeClient(node.Id, _names.NameOf(node, first.Node), first);
        Clients.Enter(client);
        try
        {
            await GuardedStreams.RunAsync(token => ReadAsync(call, client, share, token), token => WriteAsync(call, client, token), ended);
        }
        finally
        {
            Clients.Leave(client);
        }
    }

    private async Task ReadAsync(GrpcServerCall<ModeReport, WireOrder> call, ModeClient client, StreamShare share, CancellationToken cancellationToken)
    {
        var pace = new RequestPace(MessagesPerSecond, _names.Time);
        while (await call.ReadAsync(cancellationToken) is { } report)
        {
            share.Resize(StreamMemory.SizeOf(client.Report), StreamMemory.SizeOf(report));
            client.Report = report;
            if (pace.Take() is { Ticks: > 0 } delay)
            {
                await Task.Delay(delay, _names.Time, cancellationToken);
            }
        }
    }

    /// <summary>The first word comes at once, whatever it is: a process may still follow an order that was taken back while it was away.</summary>
    private async Task WriteAsync(GrpcServerCall<ModeReport, WireOrder> call, ModeClient client, CancellationToken cancellationToken)
    {
        ModeOrder? told = null;
        client.Wake();
        for (var isFirst = true; await client.Changes.WaitToReadAsync(cancellationToken); isFirst = false)
        {
            client.Changes.TryRead(out _);
            var order = _orders.Find(client.Name);
            if (isFirst || order != told)
            {
                told = order;
                var reason = order is null ? "" : $"by {order.By} for {order.Scope}{(order.Reason.Length > 0 ? ": " + order.Reason : "")}";
                await call.WriteAsync(new WireOrder { Direct = order is not null, Reason = reason }, cancellationToken);
            }
        }
    }
}
