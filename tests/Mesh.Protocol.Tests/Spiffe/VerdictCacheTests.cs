using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

public sealed class VerdictCacheTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly SvidVerdict Verdict = SvidVerdict.Accept(SpiffeId.Of("td", "a", "b"));

    [Fact]
    public void TryFind_OfManyMore_ForgetsTheOldestAndKeepsWhatIsAskedFor()
    {
        var cache = new VerdictCache(generationSize: 4);
        cache.Add(Key(0), Verdict, Now, Now.AddHours(1));
        for (uint index = 1; index < 40; index++)
        {
            cache.Add(Key(index), Verdict, Now, Now.AddHours(1));
            Assert.True(cache.TryFind(Key(0), Now, out _));
        }

        Assert.False(cache.TryFind(Key(1), Now, out _));
        Assert.Equal(2 * 4, Enumerable.Range(0, 40).Count(index => cache.TryFind(Key((uint)index), Now, out _)), 4.0);
    }

    [Fact]
    public void TryFind_OutsideOfItsTime_FindsNothing()
    {
        var cache = new VerdictCache();
        cache.Add(Key(0), Verdict, Now, Now.AddHours(1));

        Assert.False(cache.TryFind(Key(0), Now.AddSeconds(-1), out _));
        Assert.True(cache.TryFind(Key(0), Now.AddHours(1), out _));
        Assert.False(cache.TryFind(Key(0), Now.AddHours(1).AddSeconds(1), out _));
    }

    [Fact]
    public void S15_NewBundle_ForgetsWhatWasBelieved()
    {
        using var authority = new SvidAuthority();
        using var leaf = authority.Issue("spiffe://td/ns/a/sa/b");
        var before = new TrustBundles("td", [new TrustBundle("td", [authority.Certificate], [])]);
        Assert.True(SvidVerifier.Verify(leaf, [], before, SvidUsage.Client, Now).IsAccepted);

        var after = new TrustBundles("td", [TrustBundle.Parse("td", authority.RootPem, authority.CreateRevocationList(leaf))]);

        Assert.NotEqual(before, after);
        Assert.Equal(SvidReasons.Revoked, SvidVerifier.Verify(leaf, [], after, SvidUsage.Client, Now).Reason);
    }

    private static VerdictKey Key(uint number) => new(number, number, SvidUsage.Client);
}
