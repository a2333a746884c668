using System.Collections.Concurrent;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Calls <c>http://reviews:9080/</c> from several tasks until stopped, and keeps every failure.</summary>
internal sealed class Load : IDisposable
{
    private const int Callers = 4;
    private const int Streak = 40;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Lock _lock = new();
    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<string, long> _answers = new(StringComparer.Ordinal);
    private Task[] _callers = [];
    private string _last = "";
    private int _streak;

    private Load(HttpClient client) => _client = client;

    public static async Task<Load> StartAsync(InProcessMesh mesh, CancellationToken cancellationToken)
    {
        var host = await mesh.StartClientAsync("caller", cancellationToken);
        var load = new Load(host.Services.GetRequiredService<IHttpClientFactory>().CreateClient());

        // The first configuration must be there; from then on every failure counts.
        await Eventually.ReachesAsync("the service answers", load.AnswersAsync, () => load._last, cancellationToken: cancellationToken);
        load._callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(load.CallAsync, CancellationToken.None))];
        return load;
    }

    /// <summary>Completes when the last answers in a row are all the given one.</summary>
    public Task OnlyAnswersAsync(string answer, CancellationToken cancellationToken) =>
        Eventually.ReachesAsync($"only {answer} answers", () => Volatile.Read(ref _last) == answer && Volatile.Read(ref _streak) >= Streak, Describe, cancellationToken: cancellationToken);

    /// <summary>Completes when the given answer was seen again.</summary>
    public Task AlsoAnswersAsync(string answer, CancellationToken cancellationToken)
    {
        var before = _answers.GetValueOrDefault(answer);
        return Eventually.ReachesAsync($"{answer} answers too", () => _answers.GetValueOrDefault(answer) > before, Describe, cancellationToken: cancellationToken);
    }

    /// <summary>Completes when so many more answers came.</summary>
    public Task AnswersMoreAsync(int count, CancellationToken cancellationToken)
    {
        var target = _answers.Values.Sum() + count;
        return Eventually.ReachesAsync($"{count} more answers", () => _answers.Values.Sum() >= target, Describe, cancellationToken: cancellationToken);
    }

    /// <summary>Stops and returns what failed.</summary>
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

    private string Describe() => $"last answer '{_last}' {_streak} times; answers {string.Join(", ", _answers)}; failures {string.Join(" | ", _failures.Take(3))}";

    private async Task<bool> AnswersAsync()
    {
        using var response = await _client.GetAsync(new Uri("http://reviews:9080/"));
        _last = $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
        return response.IsSuccessStatusCode;
    }

    private async Task CallAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync(new Uri("http://reviews:9080/"), CancellationToken.None);
                var answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
                if (response.IsSuccessStatusCode)
                {
                    Record(answer);
                }
                else
                {
                    _failures.Enqueue($"{(int)response.StatusCode} {answer}");
                }
            }
            catch (HttpRequestException exception)
            {
                _failures.Enqueue(exception.ToString());
            }
        }
    }

    private void Record(string answer)
    {
        _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        lock (_lock)
        {
            _streak = _last == answer ? _streak + 1 : 1;
            _last = answer;
        }
    }
}
