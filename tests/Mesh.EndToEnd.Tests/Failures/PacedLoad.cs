using System.Collections.Concurrent;

namespace Mesh.EndToEnd.Tests.Failures;

/// <summary>Callers that arrive at a steady rate, whether the ones before were answered or not.</summary>
internal sealed class PacedLoad(HttpClient client, Uri target, TimeProvider time)
{
    private const int RequestsPerTick = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<string> _failures = new();
    private int _sent;

    /// <summary>What did not succeed: the status and text, or the exception.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Sends 500 requests a second until so many are sent, and waits for the last answer.</summary>
    public async Task RunAsync(int requests, CancellationToken cancellationToken)
    {
        var calls = new List<Task>(requests);
        using var pace = new PeriodicTimer(Tick, time);
        while (calls.Count < requests && await pace.WaitForNextTickAsync(cancellationToken))
        {
            for (var call = 0; call < RequestsPerTick; call++)
            {
                calls.Add(CallAsync(cancellationToken));
            }
        }

        await Task.WhenAll(calls);
    }

    private async Task CallAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _sent);
        try
        {
            using var response = await client.GetAsync(target, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                _failures.Enqueue($"{(int)response.StatusCode} {body}");
            }
        }
        catch (HttpRequestException exception)
        {
            _failures.Enqueue(exception.Message + " " + exception.InnerException?.Message);
        }
    }
}
