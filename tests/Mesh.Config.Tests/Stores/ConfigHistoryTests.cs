using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.Config.Tests.Stores;

public sealed class ConfigHistoryTests
{
    private readonly ConfigHistory _history = new(capacity: 20);

    [Fact]
    public void Append_Changes_MoveTheSnapshotToTheLast()
    {
        _history.Append([Put(1, "a"), Put(2, "b")]);
        _history.Append([Gone(5, "a")]);

        Assert.Equal((5, 1), (_history.Current.Version, _history.Current.Resources.Count));
        Assert.Equal(2, _history.Current.Resources[Id("b")].ResourceVersion);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void Append_VersionThatDoesNotGrow_IsRefusedAsAWhole(long second)
    {
        _history.Append([Put(1, "a")]);

        Assert.Throws<ArgumentException>(() => _history.Append([Put(2, "b"), Put(second, "c")]));
        Assert.Equal(1, _history.Current.Version);
    }

    [Fact]
    public void TryGetChanges_WithHolesBetweenVersions_GivesWhatFollows()
    {
        _history.Append([Put(3, "a"), Put(7, "b"), Put(8, "c")]);

        Assert.Equal([3, 7, 8], VersionsAfter(0)!);
        Assert.Equal([7, 8], VersionsAfter(3)!);
        Assert.Equal([7, 8], VersionsAfter(5)!);
        Assert.Equal([8], VersionsAfter(7)!);
        Assert.Empty(VersionsAfter(8)!);
        Assert.Empty(VersionsAfter(99)!);
    }

    [Fact]
    public void TryGetChanges_MoreThanAreKept_TellsThatTheyAreGone()
    {
        for (var version = 1; version <= 50; version++)
        {
            _history.Append([Put(version, $"r{version}")]);
        }

        Assert.Equal(30, _history.Compacted);
        Assert.Null(VersionsAfter(29));
        Assert.Equal(Enumerable.Range(31, 20).Select(version => (long)version), VersionsAfter(30)!);
        Assert.Equal(50, _history.Current.Resources.Count);
    }

    [Fact]
    public void Reset_Always_ForgetsThePast()
    {
        _history.Append([Put(1, "a")]);
        _history.Reset(new ConfigSnapshot(10, _history.Current.Resources));
        _history.Append([Put(11, "b")]);

        Assert.Null(VersionsAfter(9));
        Assert.Equal([11], VersionsAfter(10)!);
        Assert.Equal(2, _history.CountIn("default"));
    }

    [Fact]
    public void CountIn_PutsReplacementsAndRemovals_CountsWhatIsThere()
    {
        _history.Append([Put(1, "a"), Put(2, "b"), Put(3, "a"), Gone(4, "b")]);

        Assert.Equal((1, 0), (_history.CountIn("default"), _history.CountIn("other")));
    }

    [Fact]
    public async Task WaitAsync_ManyWaiters_AllWakeAtTheNextChange()
    {
        var waiters = Enumerable.Range(0, 1_000).Select(_ => _history.WaitAsync(0, TestContext.Current.CancellationToken)).ToArray();
        Assert.All(waiters, waiter => Assert.False(waiter.IsCompleted));

        _history.Append([Put(1, "a")]);

        await Task.WhenAll(waiters);
        Assert.True(_history.WaitAsync(0, TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(_history.WaitAsync(1, TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_LeavesTheOthersWaiting()
    {
        using var impatient = new CancellationTokenSource();
        var gone = _history.WaitAsync(0, impatient.Token);
        var stays = _history.WaitAsync(0, TestContext.Current.CancellationToken);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _history.Append([Put(1, "a")]);

        await stays;
    }

    [Fact]
    public void Append_StatusOnly_HasNoEffectOnTheMesh()
    {
        _history.Append([Put(1, "a")]);
        var spec = _history.Current.Resources[Id("a")].Spec;

        _history.Append([new ResourceChange(2, _history.Current.Resources[Id("a")], Read(Manifest.Route("a") + "status: {observedGeneration: 1}\n"))]);

        Assert.Equal((2, 1), (_history.Current.Version, _history.Current.EffectiveVersion));
        Assert.Same(spec, _history.Current.Resources[Id("a")].Spec);
    }

    [Fact]
    public void Append_LabelsOrSpec_HaveAnEffect()
    {
        _history.Append([Put(1, "a")]);
        _history.Append([new ResourceChange(2, null, Read(Manifest.Route("a", to: "other")))]);
        Assert.Equal(2, _history.Current.EffectiveVersion);

        _history.Append([new ResourceChange(3, null, Read(Manifest.Route("a", to: "other").Replace("  name: a", "  name: a\n  labels: {x: z}", StringComparison.Ordinal)))]);
        Assert.Equal(3, _history.Current.EffectiveVersion);

        _history.Append([Gone(4, "a")]);
        Assert.Equal(4, _history.Current.EffectiveVersion);
    }

    [Fact]
    public void Append_MovedResource_KeepsTheVersion()
    {
        _history.Append([Put(1, "a")]);

        _history.Append([], [_history.Current.Resources[Id("a")] with { Origin = new ResourceOrigin("other.yaml", 7) }]);

        Assert.Equal((1, 7), (_history.Current.Version, _history.Current.Resources[Id("a")].Origin!.Line));
    }

    private long[]? VersionsAfter(long version) => _history.TryGetChanges(version, out var changes) ? [.. changes.Select(change => change.Version)] : null;

    private static ResourceChange Put(long version, string name) => new(version, null, Read(Manifest.Route(name)));

    private static ResourceChange Gone(long version, string name) => new(version, Read(Manifest.Route(name)), null);

    private static Resource Read(string yaml) => Assert.Single(Manifest.ReadValid(yaml));

    private static ResourceId Id(string name) => new(ResourceKinds.NetworkingGroup, "VirtualService", "default", name);
}
