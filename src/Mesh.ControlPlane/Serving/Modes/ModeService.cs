using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Loads;
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

    /// <param name="orders">Who is ordered out.</param>
    /// <param name="names">Who the clients of the streams are.</param>
    public ModeService(ModeOrders orders, LoadClients names)
    {
        (_orders, _names) = (orders, names);
        orders.Changed += Clients.WakeAll;
    }

    public ModeClients Clients { get; } = new();

    /// <param name="endpoints">Of the port.</param>
    /// <param name="authenticator">Who may open a stream; null on the plaintext port, where nobody can prove anything.</param>
    /// <param name="stopping">Fires when the server begins to stop.</param>
    public void Map(IEndpointRouteBuilder endpoints, IStreamAuthenticator? authenticator, CancellationToken stopping) => endpoints.MapGrpc(
        ModeMethods.Follow, call => ServeAsync(call, authenticator, stopping), new GrpcServerOptions { MaxReceiveMessageSize = MessageSize });

    public void Dispose() => _orders.Changed -= Clients.WakeAll;

    private async Task ServeAsync(GrpcServerCall<ModeReport, WireOrder> call, IStreamAuthenticator? authenticator, CancellationToken stopping)
    {
        var caller = authenticator is null ? null : await authenticator.AuthenticateAsync(call.HttpContext, call.CancellationToken);
        using var watch = caller is null ? null : new CallerWatch(authenticator!, caller, _names.Time);
        var proofEnded = watch?.Ended ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping, proofEnded);
        try
        {
            using var timeout = new CancellationTokenSource(FirstReportTimeout, _names.Time);
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

    private async Task FollowAsync(
        GrpcServerCall<ModeReport, WireOrder> call, ModeReport first, StreamCaller? caller, CancellationTokenSource ended)
    {
        var node = _names.Read(first.Node, caller);
        var client = new ModeClient(node.Id, _names.NameOf(node, first.Node), first);
        Clients.Enter(client);
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
            Clients.Leave(client);
        }
    }

    private async Task ReadAsync(GrpcServerCall<ModeReport, WireOrder> call, ModeClient client, CancellationToken cancellationToken)
    {
        var pace = new RequestPace(MessagesPerSecond, _names.Time);
        while (await call.ReadAsync(cancellationToken) is { } report)
        {
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
