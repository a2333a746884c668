using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Client.Model.Taps;

namespace Mesh.Client.Pipeline.Taps;

/// <summary>Holds what the control plane wants to look at, and hands it on; requests never wait for anybody who looks.</summary>
internal sealed class TapBoard(TimeProvider time)
{
    /// <summary>Requests that wait to be told; one more is left out and counted.</summary>
    private const int MaxWaiting = 512;

    private const int MaxText = 512;

    private readonly Channel<TapEvent> _events = Channel.CreateBounded<TapEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    // Replaced as a whole, read by every request.
    private volatile ActiveTap[] _active = [];
    private long _dropped;

    /// <summary>False nearly always: then nothing of a request is looked at.</summary>
    public bool IsWatched => _active.Length > 0;

    /// <summary>What is to be told.</summary>
    public ChannelReader<TapEvent> Events => _events.Reader;

    /// <summary>Every order that holds now; an order that held before goes on with what it has taken of this second.</summary>
    public void Replace(ImmutableArray<TapOrder> orders)
    {
        var before = _active;
        _active = [.. orders.Select(order => Array.Find(before, tap => tap.Order.Id == order.Id) ?? new ActiveTap(order, time))];
        if (orders.IsEmpty)
        {
            // What waits was asked for by nobody any more.
            while (_events.Reader.TryRead(out _))
            {
            }
        }
    }

    /// <summary>A request has ended: it is told to whoever asked for such.</summary>
    /// <param name="exchange">Without headers.</param>
    /// <param name="header">Finds a request header by its name in lower case.</param>
    public void Offer(TapEvent exchange, Func<string, string?> header)
    {
        foreach (var tap in _active)
        {
            if (!tap.Order.Matches(exchange) || !tap.TryTake())
            {
                continue;
            }

            var told = exchange with { Order = tap.Order.Id, Path = Shorten(exchange.Path), Headers = HeadersOf(tap.Order, header) };
            if (!_events.Writer.TryWrite(told))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    /// <summary>How many were left out since the last time.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    private static ImmutableArray<KeyValuePair<string, string>> HeadersOf(TapOrder order, Func<string, string?> header) =>
    [
        .. from name in order.Headers
           where !SecretHeaders.Is(name)
           let value = header(name)
           where value is not null
           select KeyValuePair.Create(name, Shorten(value)),
    ];

    private static string Shorten(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
