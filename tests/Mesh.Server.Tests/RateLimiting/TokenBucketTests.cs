using Mesh.Client.Model;
using Mesh.Server.RateLimiting;
using Mesh.Testing.Time;

namespace Mesh.Server.Tests.RateLimiting;

/// <summary>A bucket over time.</summary>
public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_OfAFullBucket_GivesAllItsTokensAndNoMore()
    {
        var bucket = Bucket(max: 5, perFill: 1, seconds: 10);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => bucket.TryTake(Now)));
        Assert.Equal(0u, bucket.Remaining(Now));
    }

    [Fact]
    public void TryTake_AfterOneInterval_GivesWhatItAdds()
    {
        var bucket = Bucket(max: 10, perFill: 4, seconds: 1);
        Drain(bucket);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(Enumerable.Range(0, 20).Count(_ => bucket.TryTake(Now)), 3, 4);
    }

    [Fact]
    public void TryTake_AfterALongPause_GivesNoMoreThanItHolds()
    {
        var bucket = Bucket(max: 5, perFill: 5, seconds: 1);
        Drain(bucket);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => bucket.TryTake(Now)));
    }

    [Fact]
    public void Wait_OfAnEmptyBucket_IsTheTimeToTheNextToken()
    {
        var bucket = Bucket(max: 2, perFill: 1, seconds: 10);
        Drain(bucket);

        Assert.Equal(10, bucket.Wait(Now).TotalSeconds, 0.01);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(6, bucket.Wait(Now).TotalSeconds, 0.01);
    }

    [Fact]
    public void GiveBack_AfterATake_LeavesItAsItWas()
    {
        var bucket = Bucket(max: 3, perFill: 1, seconds: 10);
        bucket.TryTake(Now);

        bucket.GiveBack();

        Assert.Equal(3u, bucket.Remaining(Now));
    }

    [Fact]
    public void Change_ToASlowerRate_HoldsFromThenOn()
    {
        var bucket = Bucket(max: 10, perFill: 10, seconds: 1);
        Drain(bucket);

        bucket.Change(new TokenBucketPolicy(10, 1, TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.InRange(Enumerable.Range(0, 100).Count(_ => bucket.TryTake(Now)), 9, 10);
    }

    [Fact]
    public async Task TryTake_ByManyAtOnce_NeverGivesMoreThanThereIs()
    {
        var bucket = Bucket(max: 1_000, perFill: 1, seconds: 1_000);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 1_000).Count(_ => bucket.TryTake(Now)))));

        Assert.Equal(1_000, taken.Sum());
    }

    private long Now => _time.GetTimestamp();

    private TokenBucket Bucket(uint max, uint perFill, int seconds) => new(new TokenBucketPolicy(max, perFill, TimeSpan.FromSeconds(seconds)), _time);

    private void Drain(TokenBucket bucket)
    {
        while (bucket.TryTake(Now))
        {
        }
    }
}
