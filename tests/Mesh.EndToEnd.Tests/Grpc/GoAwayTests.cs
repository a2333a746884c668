using System.Collections.Concurrent;
using Mesh.Protocol.Grpc;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>Servers of gRPC's own library that stop under load: GOAWAY, calls that end in the grace, and a closed port after it.</summary>
public sealed class GoAwayTests
{
    private const int PerTick = 4;

    // A machine that stalls fails hundreds of calls at once, more than the default budget lets be repeated after half a second of traffic; budgets have tests of their own.
    private const string Budget = "retryBudget: { percent: 100, minRetryConcurrency: 1000 }";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 90_000)]
    [InlineData("Unary")]
    [InlineData("ServerStream")]
    public async Task F01_ServerStopsUnderLoad_NoCallFails(string method)
    {
        await using var mesh = await LeafMesh.StartAsync(["a", "b"], "", Budget, Cancellation);
        var invoker = mesh.Invoke(await mesh.Mesh.StartClientAsync("caller", Cancellation));
        var failures = new ConcurrentQueue<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var (sent, answered) = (0, 0);
        var load = LoadAsync();

        await ReachedAsync(200);
        await mesh.StopServerAsync("a", TimeSpan.FromSeconds(10), Cancellation);
        await ReachedAsync(Volatile.Read(ref answered) + 200);
        await stop.CancelAsync();
        await load;

        Assert.True(failures.IsEmpty, $"{failures.Count} of {sent} calls failed: {string.Join(" | ", failures.Take(5))}");
        var counts = await mesh.CountAsync(Cancellation);
        Assert.True(counts["a"] > 0 && counts["a"] + counts["b"] >= sent, $"{counts["a"]} and {counts["b"]} of {sent} calls arrived.");

        async Task LoadAsync()
        {
            var calls = new List<Task>();
            using var pace = new PeriodicTimer(Tick, TimeProvider.System);
            while (!stop.IsCancellationRequested && await pace.WaitForNextTickAsync(Cancellation))
            {
                for (var call = 0; call < PerTick; call++)
                {
                    calls.Add(CallAsync());
                    Interlocked.Increment(ref sent);
                }
            }

            await Task.WhenAll(calls);
        }

        async Task CallAsync()
        {
            var call = await UnaryCall.SendAsync(invoker, new Uri(LeafMesh.Address, $"/mesh.test.Leaf/{method}"), "1", [], Cancellation);
            Interlocked.Increment(ref answered);

            if (call.Status is not GrpcStatusCode.Ok)
            {
                failures.Enqueue($"{call.HttpStatus} {call.Status}, trailers only {call.IsTrailersOnly}: {(call.Status is null ? "" : call.Trailing("grpc-message"))}");
            }
        }

        Task ReachedAsync(int calls) => Mesh.Testing.Eventually.ReachesAsync($"{calls} calls are answered", () => Volatile.Read(ref answered) >= calls, cancellationToken: Cancellation);
    }
}
