using Mesh.Client.Hosting.Starvation;
using Mesh.Testing;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Hosting.Starvation;

/// <summary>The watch over the thread pool (fault matrix F05).</summary>
public sealed class PoolWatchTests : IDisposable
{
    private static readonly PoolPace Quick = new()
    {
        Interval = TimeSpan.FromMilliseconds(1), Step = TimeSpan.FromMilliseconds(1), PunctualUntilOver = 2, PunctualUntilLowered = 4,
    };

    private readonly LogCollector _logs = new();
    private readonly HeldPool _pool = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task F05_PoolBeginsNothing_AddsThreadsUntilItDoesAndGivesThemBack()
    {
        _pool.Hold(24);
        using var watch = Start(new MeshThreadPoolOptions { Patience = TimeSpan.FromMilliseconds(20), MaxAddedThreads = 128 });

        await ReachesAsync("ThreadPoolRecovered");
        Assert.Equal(24, _pool.Most);

        // The next look would find it starved anew.
        _pool.Hold(0);
        await _pool.Returned.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await Eventually.ReachesAsync("nothing is lent any more", () => watch is { Added: 0, IsStarved: false }, cancellationToken: Cancellation);
        Assert.Single(_logs.Entries, entry => entry.EventName == "ThreadPoolStarved");
    }

    [Fact]
    public async Task F05_StarvedBeyondTheBound_SaysSoOnceAndAddsNoMore()
    {
        _pool.Hold(1_000);
        using var watch = Start(new MeshThreadPoolOptions { Patience = TimeSpan.FromMilliseconds(20), MaxAddedThreads = 12 });

        await ReachesAsync("ThreadPoolExhausted");

        Assert.Equal(12, _pool.Most);
        Assert.True(watch.IsStarved);
        Assert.Equal(12, watch.Added);
    }

    [Fact]
    public async Task F05_NoThreadsMayBeAdded_OnlyTells()
    {
        _pool.Hold(1);
        using var watch = Start(new MeshThreadPoolOptions { Patience = TimeSpan.FromMilliseconds(20), MaxAddedThreads = 0 });

        await ReachesAsync("ThreadPoolStarved");

        Assert.True(watch.IsStarved);
        Assert.Equal(0, _pool.Most);
    }

    [Fact]
    public void F05_TwoMeshesRaiseTheOnePool_TheLastToReturnSetsItBack()
    {
        var minimum = 4;
        var pool = new ProcessThreadPool(() => (minimum, 1_000, 6), threads => (minimum = threads) > 0);
        var (first, second) = (new object(), new object());

        Assert.Equal(10, pool.Raise(first, 8, 128));
        Assert.Equal(8, pool.Raise(second, 8, 128));
        pool.Return(first);
        Assert.Equal(22, minimum);
        pool.Return(second);

        Assert.Equal(4, minimum);
    }

    [Fact]
    public void F05_SomebodyElseHasSetThePoolMeanwhile_ItIsLeftAsTheyWantIt()
    {
        var minimum = 4;
        var pool = new ProcessThreadPool(() => (minimum, 1_000, 4), threads => (minimum = threads) > 0);
        var borrower = new object();

        pool.Raise(borrower, 8, 128);
        minimum = 50;
        pool.Return(borrower);

        Assert.Equal(50, minimum);
    }

    private PoolWatch Start(MeshThreadPoolOptions options)
    {
        var watch = new PoolWatch(options, Quick, _pool, TimeProvider.System, _logs.CreateLogger<PoolWatch>());
        _ = watch.StartAsync(Cancellation);
        return watch;
    }

    private Task ReachesAsync(string eventName) =>
        Eventually.ReachesAsync(eventName, () => _logs.Entries.Any(entry => entry.EventName == eventName), cancellationToken: Cancellation);
}
