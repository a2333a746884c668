using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Extensions.Tap;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>Somebody looks at requests for a time. A slow reader loses some, and holds nobody.</summary>
/// <param name="id">In orders.</param>
/// <param name="filter">Which requests.</param>
/// <param name="selects">Which processes.</param>
/// <param name="endsAt">When it is over.</param>
/// <param name="limits">How much.</param>
/// <param name="time">The clock.</param>
internal sealed class TapSession(ulong id, TapFilter filter, Func<GraphNode, bool> selects, DateTimeOffset endsAt, TapLimits limits, TimeProvider time)
{
    private readonly Channel<TappedRequest> _requests = Channel.CreateBounded<TappedRequest>(new BoundedChannelOptions(limits.Waiting) { SingleReader = true });
    private readonly RequestPace _pace = new(filter.MaxPerSecond, time);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private long _waitingSize;

    private long _dropped;

    public ulong Id => id;

    public DateTimeOffset EndsAt => endsAt;

    /// <summary>Requests that matched and were left out, here or where they happened.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool Selects(GraphNode node) => selects(node);

    /// <summary>Returns when something was told; false when it is over.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _requests.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes what was told, in the order it came.</summary>
    public bool TryTake([NotNullWhen(true)] out TappedRequest? tapped)
    {
        if (!_requests.Reader.TryRead(out tapped))
        {
            return false;
        }

        lock (_lock)
        {
            _waitingSize -= tapped.Exchange.CalculateSize();
        }

        return true;
    }

    public void Tell(GraphNode teller, TapEvent exchange)
    {
        var size = exchange.CalculateSize();
        lock (_lock)
        {
            if (_pace.IsFree() && _waitingSize + size <= limits.WaitingSize && _requests.Writer.TryWrite(new TappedRequest(teller, exchange)))
            {
                _waitingSize += size;
                return;
            }
        }

        Drop(1);
    }

    public void Drop(long count) => Interlocked.Add(ref _dropped, count);

    public void End() => _requests.Writer.TryComplete();

    /// <summary>As a process is told.</summary>
    public TapOrder ToOrder()
    {
        var left = endsAt - time.GetUtcNow();
        var order = new TapOrder
        {
            Id = id,
            Remaining = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(left > TimeSpan.Zero ? left : TimeSpan.Zero),
            MaxPerSecond = (uint)filter.MaxPerSecond,
            Inbound = filter.Inbound,
            Outbound = filter.Outbound,
            Method = filter.Method,
            Path = filter.Path,
            MinStatus = (uint)filter.MinStatus,
            MaxStatus = (uint)filter.MaxStatus,
            GrpcStatusAndOne = filter.GrpcStatus is { } status ? (uint)status + 1 : 0,
            Peer = filter.Peer,
        };
        order.Headers.Add(filter.Headers);
        return order;
    }
}
