using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mesh.Workload;

/// <summary>Calls that arrive at a steady rate, whether the ones before were answered or not.</summary>
internal sealed class SteadyLoad
{
    private const int KeptFailures = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _client;
    private readonly Uri _target;
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _open = new();
    private readonly Task _pacing;
    private long _calls;
    private long _failed;
    private long _slowest;
    private volatile bool _isOver;

    public SteadyLoad(HttpClient client, Uri target, int rate)
    {
        (_client, _target) = (client, target);
        _pacing = Task.Run(() => PaceAsync(rate));
    }

    public long Calls => Interlocked.Read(ref _calls);

    public long Failed => Interlocked.Read(ref _failed);

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    /// <summary>The first ones.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How often which text came.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Begins no more calls, and returns when all that began are over.</summary>
    public async Task StopAsync()
    {
        _isOver = true;
        await _pacing;
        await Task.WhenAll(_open.Keys);
    }

    private async Task PaceAsync(int rate)
    {
        using var timer = new PeriodicTimer(Tick);
        var began = Stopwatch.GetTimestamp();
        var sent = 0L;
        while (!_isOver)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);

            // What a late tick left out is made up for.
            for (var due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate); sent < due; sent++)
            {
                var call = CallAsync();
                _open[call] = 0;
                _ = call.ContinueWith(done => _open.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private async Task CallAsync()
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.GetAsync(_target);
            var text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                _answers.AddOrUpdate(text, 1, static (_, count) => count + 1);
            }
            else
            {
                Fail($"{(int)response.StatusCode} {text}");
            }
        }
        catch (Exception exception)
        {
            Fail($"{exception.Message} {exception.InnerException?.Message}");
        }

        Interlocked.Increment(ref _calls);
        var took = Stopwatch.GetElapsedTime(began).Ticks;
        for (var slowest = Interlocked.Read(ref _slowest); took > slowest; slowest = Interlocked.Read(ref _slowest))
        {
            Interlocked.CompareExchange(ref _slowest, took, slowest);
        }
    }

    private void Fail(string what)
    {
        if (Interlocked.Increment(ref _failed) <= KeptFailures)
        {
            _failures.Enqueue($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {what}");
        }
    }
}
