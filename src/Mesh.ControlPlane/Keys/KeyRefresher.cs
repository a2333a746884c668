using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Config.Istio.Security;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Keys;

/// <summary>Keeps the keys of every issuer that a RequestAuthentication names: one fetch for each location, again and again, in the background.</summary>
/// <remarks>One loop owns the entries; fetches and demands reach it through queues.</remarks>
internal sealed class KeyRefresher : IKeySource, IAsyncDisposable
{
    private readonly IConfigStore _store;
    private readonly IKeyFetcher _fetcher;
    private readonly KeyArchive _archive;
    private readonly KeyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One pending signal says it all.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    // Bounded by the entries: one fetch, and one demand, each.
    private readonly ConcurrentQueue<(KeyLocation Location, FetchedKeys Keys)> _answers = new();
    private readonly ConcurrentDictionary<KeyLocation, bool> _demands = new();

    // Owned by the loop.
    private readonly Dictionary<KeyLocation, KeyEntry> _entries = [];
    private readonly HashSet<Task> _fetches = [];
    private readonly ImmutableDictionary<KeyLocation, KeptKeySet> _kept;
    private ImmutableHashSet<KeptKeySet> _archived = [];
    private ConfigSnapshot? _config;
    private readonly Task _loop;

    // Volatile: written by the loop, read by anyone.
    private volatile KeySnapshot _current = KeySnapshot.Empty;

    public KeyRefresher(IConfigStore store, IKeyFetcher fetcher, KeyArchive archive, KeyOptions options, TimeProvider time, ILogger<KeyRefresher> logger)
    {
        (_store, _fetcher, _archive, _options, _time, _logger) = (store, fetcher, archive, options, time, logger);
        _kept = archive.Read();
        _slots = new SemaphoreSlim(options.Concurrency);
        store.Changed += Signal;
        _loop = Task.Run(RunAsync);
    }

    public event Action? Changed;

    public KeySnapshot Current => _current;

    /// <summary>Completes when every issuer of the configuration has been asked once: a server that starts earlier would have tokens refused that are good.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Asks for a set again because somebody met a key that is not in it; at most once in five minutes for each location.</summary>
    public void RefreshSoon(KeyLocation location)
    {
        if (_demands.Count < _options.Concurrency || _current.Sets.ContainsKey(location))
        {
            _demands.TryAdd(location, true);
            Signal();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _store.Changed -= Signal;
        await _stopping.CancelAsync();
        await _loop;
        await Task.WhenAll(_fetches);
        _stopping.Dispose();
        _slots.Dispose();
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                Advance();
                await WaitAsync();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private void Advance()
    {
        try
        {
            TakeConfiguration();
            TakeAnswers();
            TakeDemands();
            StartDue();
            Publish();
            Settle();
            Keep();
        }
        catch (Exception exception)
        {
            // The loop must go on: without it keys would never change again.
            KeyLog.Failed(_logger, exception);
        }
    }

    private void TakeConfiguration()
    {
        var config = _store.Current;
        if (ReferenceEquals(config, _config))
        {
            return;
        }

        _config = config;
        var wanted = config.Resources.Values
            .Select(resource => resource.Spec)
            .OfType<RequestAuthentication>()
            .SelectMany(policy => policy.JwtRules)
            .Where(rule => rule.Jwks.Length == 0)
            .ToLookup(KeyLocation.Of);
        foreach (var gone in _entries.Keys.Where(location => !wanted.Contains(location)).ToArray())
        {
            _entries.Remove(gone);
        }

        foreach (var rules in wanted)
        {
            if (!_entries.TryGetValue(rules.Key, out var entry))
            {
                _entries[rules.Key] = entry = new KeyEntry(rules.Key, _options, _time.GetUtcNow());
                if (_kept.TryGetValue(rules.Key, out var kept))
                {
                    entry.Restore(kept, _time.GetUtcNow());
                }
            }

            var timeout = rules.Max(rule => rule.Timeout is { } own ? TimeSpan.FromSeconds(own.Seconds) + TimeSpan.FromTicks(own.Nanos / TimeSpan.NanosecondsPerTick) : _options.Timeout);
            entry.Timeout = timeout < _options.LongestTimeout ? timeout : _options.LongestTimeout;
        }
    }

    private void TakeAnswers()
    {
        while (_answers.TryDequeue(out var answer))
        {
            if (_entries.TryGetValue(answer.Location, out var entry))
            {
                entry.IsFetching = false;
                Take(entry, answer.Keys);
            }
        }

        _fetches.RemoveWhere(fetch => fetch.IsCompleted);
    }

    private void Take(KeyEntry entry, FetchedKeys keys)
    {
        if (keys.Text is { } text)
        {
            if (entry.Text != text)
            {
                KeyLog.Fetched(_logger, entry.Location.Uri);
            }

            entry.Succeeded(text, _time.GetUtcNow());
            return;
        }

        entry.Failed(_time.GetUtcNow());
        KeyLog.Unavailable(_logger, entry.Location.Uri, keys.Problem ?? "", entry.Text is null ? "Every token of their issuer is refused." : "The last good ones stay in use.");
    }

    private void TakeDemands()
    {
        foreach (var location in _demands.Keys)
        {
            _demands.TryRemove(location, out _);
            if (_entries.TryGetValue(location, out var entry))
            {
                entry.Demand(_time.GetUtcNow());
            }
        }
    }

    private void StartDue()
    {
        var now = _time.GetUtcNow();
        foreach (var entry in _entries.Values)
        {
            if (entry.Expires <= now)
            {
                KeyLog.Expired(_logger, entry.Location.Uri, _options.MaxStale);
                entry.Forget();
            }

            if (!entry.IsFetching && entry.Due <= now)
            {
                entry.IsFetching = true;
                _fetches.Add(FetchAsync(entry.Location, entry.Timeout));
            }
        }
    }

    private async Task FetchAsync(KeyLocation location, TimeSpan timeout)
    {
        try
        {
            await _slots.WaitAsync(_stopping.Token);
            try
            {
                _answers.Enqueue((location, await _fetcher.FetchAsync(location, timeout, _stopping.Token)));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            _answers.Enqueue((location, FetchedKeys.Failed(exception.Message)));
        }

        Signal();
    }

    private void Publish()
    {
        var sets = _entries.Values.Where(entry => entry.Text is not null).ToImmutableDictionary(entry => entry.Location, entry => entry.Text!);
        var current = _current.Sets;
        if (sets.Count == current.Count && sets.All(set => current.GetValueOrDefault(set.Key) == set.Value))
        {
            return;
        }

        _current = new KeySnapshot(sets);
        Changed?.Invoke();
    }

    private void Settle()
    {
        if (_entries.Values.All(entry => entry.WasTried))
        {
            _settled.TrySetResult();
        }
    }

    private void Keep()
    {
        // Before the first answer nothing is known that is not kept already: a store that is still reading must not empty the archive.
        var sets = _entries.Values.Select(entry => entry.Kept).OfType<KeptKeySet>().ToImmutableHashSet();
        if (_entries.Count > 0 && !sets.SetEquals(_archived))
        {
            _archived = sets;
            _archive.Write(sets);
        }
    }

    private async Task WaitAsync()
    {
        var now = _time.GetUtcNow();
        var next = _entries.Values.Select(entry => entry.IsFetching || entry.Expires < entry.Due ? entry.Expires : entry.Due).DefaultIfEmpty(now + _options.RefreshInterval).Min();
        var wait = TimeSpan.FromTicks(Math.Clamp((next - now).Ticks, 0, _options.RefreshInterval.Ticks));
        using var timer = _time.CreateTimer(static refresher => ((KeyRefresher)refresher!).Signal(), this, wait, Timeout.InfiniteTimeSpan);
        await _signals.Reader.ReadAsync(_stopping.Token);
    }
}
