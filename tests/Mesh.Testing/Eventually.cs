using System.Diagnostics;

namespace Mesh.Testing;

/// <summary>Waits for a state of a foreign process or of the wire that offers no event to wait for.</summary>
public static class Eventually
{
    /// <summary>Polls until <paramref name="reached"/> holds; a timeout names the state and prints what was seen last.</summary>
    public static async Task ReachesAsync(
        string state,
        Func<Task<bool>> reached,
        Func<string>? seen = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var limit = timeout ?? TimeSpan.FromMinutes(1);
        var watch = Stopwatch.StartNew();
        while (!await reached())
        {
            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"Not reached within {limit.TotalSeconds} s: {state}. Last seen: {seen?.Invoke() ?? "nothing"}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    /// <inheritdoc cref="ReachesAsync(string, Func{Task{bool}}, Func{string}?, TimeSpan?, CancellationToken)"/>
    public static Task ReachesAsync(
        string state,
        Func<bool> reached,
        Func<string>? seen = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        ReachesAsync(state, () => Task.FromResult(reached()), seen, timeout, cancellationToken);
}
