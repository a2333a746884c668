using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Xds.Beside;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using TapEvent = Mesh.Client.Model.Taps.TapEvent;
using TapOrder = Mesh.Client.Model.Taps.TapOrder;

namespace Mesh.Client.Xds.Taps;

/// <summary>Follows what the control plane wants to look at, and tells it; an order ends with its time, or with the stream.</summary>
/// <param name="taps">Where orders go, and requests come from.</param>
/// <param name="describe">Who this process is.</param>
/// <param name="time">The clock.</param>
internal sealed class TapFollower(ITapBoard taps, Func<Node> describe, TimeProvider time) : IBesideStream
{
    private const int MaxBatch = 64;
    private const int MaxOrders = 16;
    private const int MaxPerSecond = 1_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public string Name => "taps";

    public async Task FollowAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        var call = channel.Start(TapMethods.Follow, options: null, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            await call.WriteAsync(new TapReport { Node = describe() }, cancellationToken).ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var telling = TellAsync(call, ended.Token);
            try
            {
                while (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is { } orders)
                {
                    taps.Replace([.. orders.Orders.Take(MaxOrders).Select(Decode)]);
                }
            }
            finally
            {
                taps.Replace([]);
                await ended.CancelAsync().ConfigureAwait(false);
                await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task TellAsync(GrpcCall<TapReport, TapOrders> call, CancellationToken cancellationToken)
    {
        while (await taps.Events.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var report = new TapReport { Dropped = (ulong)taps.TakeDropped() };
            while (report.Events.Count < MaxBatch && taps.Events.TryRead(out var exchange))
            {
                report.Events.Add(Encode(exchange));
            }

            await call.WriteAsync(report, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever the server says, nobody looks for longer than ten minutes.</summary>
    private TapOrder Decode(Mesh.Protocol.Extensions.Tap.TapOrder order)
    {
        var remaining = order.Remaining?.ToTimeSpan() ?? TimeSpan.Zero;
        return new TapOrder
        {
            Id = (long)order.Id,
            EndsAt = time.GetUtcNow() + (remaining < Longest ? remaining : Longest),
            MaxPerSecond = (int)Math.Min(order.MaxPerSecond, MaxPerSecond),
            Inbound = order.Inbound,
            Outbound = order.Outbound,
            Method = order.Method,
            Path = order.Path,
            MinStatus = (int)Math.Min(order.MinStatus, 999),
            MaxStatus = (int)Math.Min(order.MaxStatus, 999),
            GrpcStatus = order.GrpcStatusAndOne == 0 ? null : (int)Math.Min(order.GrpcStatusAndOne, 1_000) - 1,
            Peer = order.Peer,
            Headers = [.. order.Headers],
        };
    }

    private static Mesh.Protocol.Extensions.Tap.TapEvent Encode(TapEvent exchange)
    {
        var message = new Mesh.Protocol.Extensions.Tap.TapEvent
        {
            Order = (ulong)exchange.Order,
            Time = Timestamp.FromDateTimeOffset(exchange.Time),
            Inbound = exchange.IsInbound,
            Method = exchange.Method,
            Authority = exchange.Authority,
            Path = exchange.Path,
            Status = (uint)exchange.Status,
            GrpcStatusAndOne = (uint)(exchange.GrpcStatus + 1),
            Duration = Duration.FromTimeSpan(exchange.Duration),
            Flags = exchange.Flags,
            Peer = Encode(exchange.Peer),
            MutualTls = exchange.IsMutualTls,
            RequestBytes = (ulong)Math.Max(0, exchange.RequestBytes),
            ResponseBytes = (ulong)Math.Max(0, exchange.ResponseBytes),
            Attempts = (uint)exchange.Attempts,
            Route = exchange.Route,
        };
        foreach (var (name, value) in exchange.Headers)
        {
            message.Headers[name] = value;
        }

        return message;
    }

    private static Mesh.Protocol.Extensions.Tap.TapPeer Encode(Model.Taps.TapPeer peer) => new()
    {
        Namespace = peer.Namespace,
        Service = peer.Service,
        Version = peer.Version,
        Workload = peer.Workload,
        Identity = peer.Identity,
        Address = peer.Address,
    };
}
