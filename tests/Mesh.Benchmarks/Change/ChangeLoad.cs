using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Testing;

namespace Mesh.Benchmarks.Change;

/// <summary>Calls <c>http://reviews:9080/</c> from several tasks until disposed; every answer names the version that gave it.</summary>
internal sealed class ChangeLoad : IAsyncDisposable
{
    private const int MaxKeptReasons = 5;
    private static readonly Uri _target = new("http://reviews:9080/");

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, long> _answers = new(StringComparer.Ordinal);
    private readonly HttpClient _client;
    private readonly TimeSpan _pause;
    private readonly int _streakOfAll;
    private readonly Task[] _callers;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<string> _reasons = [];
    private long _failures;
    private string _last = "";
    private int _streak;
    private string? _awaited;
    private TaskCompletionSource<long> _seen = new();

    /// <param name="client">Of the mesh.</param>
    /// <param name="callers">Each has one request under way.</param>
    /// <param name="pause">Of a caller between two requests; zero saturates.</param>
    public ChangeLoad(HttpClient client, int callers, TimeSpan pause)
    {
        _client = client;
        _pause = pause;
        _streakOfAll = 10 * callers;
        _callers = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync))];
    }

    public long Requests => _answers.Values.Sum() + Failures;

    public long Failures
    {
        get
        {
            lock (_lock)
            {
                return _failures;
            }
        }
    }

    /// <summary>The first failures, and how often each version answered.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            var answers = string.Join(", ", _answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key} {answer.Value}"));
            return _reasons.Count == 0 ? answers : $"{answers}; {string.Join(" | ", _reasons)}";
        }
    }

    /// <summary>The time stamp of the next answer of this version.</summary>
    public Task<long> NextAnswerOf(string version)
    {
        lock (_lock)
        {
            _awaited = version;
            _seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _seen.Task;
        }
    }

    /// <summary>Completes when so many answers in a row came from this version that no caller can still be busy with another.</summary>
    public Task OnlyAnswersAsync(string version, CancellationToken cancellationToken) =>
        Eventually.ReachesAsync($"only {version} answers", () => HasOnly(version), Describe, cancellationToken: cancellationToken);

    /// <summary>Completes when so many more requests are done.</summary>
    public Task GoesOnAsync(int requests, CancellationToken cancellationToken)
    {
        var wanted = Requests + requests;
        return Eventually.ReachesAsync($"{requests} more requests", () => Requests >= wanted, Describe, cancellationToken: cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        _stop.Dispose();
    }

    private bool HasOnly(string version)
    {
        lock (_lock)
        {
            return _last == version && _streak >= _streakOfAll;
        }
    }

    private async Task CallAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync(_target);
                var answer = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                {
                    Count(answer, Stopwatch.GetTimestamp());
                }
                else
                {
                    CountFailure($"{(int)response.StatusCode} {answer}");
                }
            }
            catch (HttpRequestException exception)
            {
                CountFailure(exception.Message);
            }

            if (_pause > TimeSpan.Zero)
            {
                await Task.Delay(_pause, TimeProvider.System);
            }
        }
    }

    private void Count(string answer, long timestamp)
    {
        _answers.AddOrUpdate(answer, 1, static (_, count) => count + 1);
        lock (_lock)
        {
            _streak = _last == answer ? _streak + 1 : 1;
            _last = answer;
            if (answer == _awaited)
            {
                _seen.TrySetResult(timestamp);
            }
        }
    }

    private void CountFailure(string reason)
    {
        lock (_lock)
        {
            _failures++;
            if (_reasons.Count < MaxKeptReasons)
            {
                _reasons.Add(reason);
            }
        }
    }
}
