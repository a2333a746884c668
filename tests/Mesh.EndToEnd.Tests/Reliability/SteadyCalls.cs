using System.Collections.Concurrent;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>Calls one address again and again, several at a time, and keeps what went wrong after the first answer: before it nobody may know the address yet.</summary>
internal sealed class SteadyCalls : IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task[] _callers;
    private volatile string _last = "";
    private volatile bool _hasBegun;
    private long _calls;

    public SteadyCalls(HttpClient client, Uri address, int callers = 4)
    {
        (_client, _address) = (client, address);
        _callers = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(RunAsync))];
    }

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Completes when the newest answer is the given one.</summary>
    public Task UntilAsync(string answer, CancellationToken cancellationToken) =>
        Eventually.ReachesAsync($"calls are answered '{answer}'", () => _last == answer, () => $"{_last}; failures: {string.Join("; ", _failures.Take(5))}", cancellationToken: cancellationToken);

    /// <summary>What went wrong.</summary>
    public async Task<IReadOnlyCollection<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        return _failures;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync(_address);
                var text = await response.Content.ReadAsStringAsync();
                Interlocked.Increment(ref _calls);
                _hasBegun |= response.IsSuccessStatusCode;
                if (!response.IsSuccessStatusCode)
                {
                    Fail($"{(int)response.StatusCode} {text}");
                }

                _last = text;
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                Fail(exception.Message);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private void Fail(string what)
    {
        if (_hasBegun)
        {
            _failures.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}");
        }
    }
}
