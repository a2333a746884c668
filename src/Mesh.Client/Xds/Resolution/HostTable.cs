using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Resolution;

/// <summary>The host names that clusters need resolved, and their addresses: refreshed on time, the last good ones kept (Envoy's STRICT_DNS).</summary>
/// <remarks>Owned by the client's queue; only the look-ups themselves run beside it.</remarks>
internal sealed class HostTable : IAsyncDisposable
{
    /// <summary>Look-ups at one time; the others wait for the next moment there is room.</summary>
    private const int MaxConcurrent = 16;

    /// <summary>Of one name; a name with more is cut.</summary>
    private const int MaxAddresses = 256;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(10);

    private readonly IHostResolver _resolver;
    private readonly StepQueue _queue;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, HostRecord> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private int _running;

    /// <param name="resolver">Asked for names.</param>
    /// <param name="queue">Everything but the look-ups runs here.</param>
    /// <param name="changed">Called on the queue when an answer differs from the one before.</param>
    /// <param name="logger">Tells of names that cannot be resolved.</param>
    public HostTable(IHostResolver resolver, StepQueue queue, Action changed, ILogger logger)
    {
        (_resolver, _queue, _changed, _logger) = (resolver, queue, changed, logger);
        _timer = queue.CreateTimer(ResolveDue);
    }

    /// <summary>Grows with every answer that differs from the one before.</summary>
    public long Version { get; private set; }

    /// <summary>What is known; null when nobody has needed it so far.</summary>
    public HostRecord? Find(string host) => _hosts.GetValueOrDefault(host);

    /// <summary>Makes the hosts the ones that are needed: new ones are looked up at once, others are forgotten.</summary>
    /// <param name="hosts">With the time that an answer is good.</param>
    public void Need(IReadOnlyDictionary<string, TimeSpan> hosts)
    {
        foreach (var host in _hosts.Keys.Where(host => !hosts.ContainsKey(host)).ToArray())
        {
            _hosts.Remove(host);
        }

        foreach (var (host, refresh) in hosts)
        {
            if (_hosts.TryGetValue(host, out var known))
            {
                known.Refresh = refresh;
            }
            else
            {
                _hosts.Add(host, new HostRecord { Refresh = refresh, Due = _queue.Now });
            }
        }

        ResolveDue();
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private void ResolveDue()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        var now = _queue.Now;
        foreach (var (host, record) in _hosts)
        {
            if (!record.IsResolving && record.Due <= now && _running < MaxConcurrent)
            {
                record.IsResolving = true;
                _running++;
                _ = ResolveAsync(host, record);
            }
        }

        var due = _hosts.Values.Where(record => !record.IsResolving).Select(record => (DateTimeOffset?)record.Due).Min();
        var wait = due is null || _running >= MaxConcurrent ? Timeout.InfiniteTimeSpan : due.Value > now ? due.Value - now : TimeSpan.Zero;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task ResolveAsync(string host, HostRecord record)
    {
        ImmutableArray<string> addresses = [];
        string? error = null;
        try
        {
            using var timeout = new CancellationTokenSource(LookupTimeout, _queue.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
            addresses = Usable(await _resolver.ResolveAsync(host, either.Token).ConfigureAwait(false));
            error = addresses.IsEmpty ? "it has no address" : null;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ArgumentException)
        {
            error = exception is OperationCanceledException ? $"there was no answer within {LookupTimeout.TotalSeconds} s" : exception.Message;
        }

        _queue.Post(() => Answer(host, record, addresses, error));
    }

    private void Answer(string host, HostRecord record, ImmutableArray<string> addresses, string? error)
    {
        _running--;
        record.IsResolving = false;
        record.Failures = error is null ? 0 : record.Failures + 1;
        record.Due = _queue.Now + Pause(record);
        var changed = !record.IsAnswered || record.Error != error || (error is null && !record.Addresses.SequenceEqual(addresses));
        if (error is not null && record.Error is null)
        {
            XdsClientLog.HostNotResolved(_logger, host, error, record.Addresses.Length);
        }

        record.IsAnswered = true;
        record.Error = error;
        if (error is null)
        {
            record.Addresses = addresses;
        }

        ResolveDue();
        if (changed && ReferenceEquals(Find(host), record))
        {
            Version++;
            _changed();
        }
    }

    // A failure is tried again sooner than an answer, and then less and less often.
    private static TimeSpan Pause(HostRecord record)
    {
        if (record.Failures == 0)
        {
            return record.Refresh;
        }

        var pause = FirstRetry * Math.Pow(2, Math.Min(record.Failures - 1, 16));
        return pause < record.Refresh ? pause : record.Refresh;
    }

    // Sorted, because servers rotate their answers. IPv6 only where there is nothing else (Istio: V4_PREFERRED).
    private static ImmutableArray<string> Usable(IReadOnlyList<IPAddress> addresses)
    {
        var family = addresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork) ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return
        [
            .. addresses.Where(address => address.AddressFamily == family)
                .Select(address => address.ToString())
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Take(MaxAddresses),
        ];
    }
}
