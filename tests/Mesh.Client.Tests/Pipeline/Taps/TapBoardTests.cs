using Mesh.Client.Model.Taps;
using Mesh.Client.Pipeline.Taps;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Taps;

/// <summary>What of a request somebody who looks is told, and how much.</summary>
public sealed class TapBoardTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TapBoard _board;

    public TapBoardTests() => _board = new TapBoard(_time);

    [Theory]
    [InlineData("GET", "/api/*", 0, 0, "", true)]
    [InlineData("post", "", 0, 0, "", false)]
    [InlineData("", "/api/x", 0, 0, "", true)]
    [InlineData("", "/api", 0, 0, "", false)]
    [InlineData("", "", 500, 599, "", true)]
    [InlineData("", "", 200, 299, "", false)]
    [InlineData("", "", 0, 0, "reviews", true)]
    [InlineData("", "", 0, 0, "reviews.shop", true)]
    [InlineData("", "", 0, 0, "reviews.bank", false)]
    [InlineData("", "", 0, 0, "reviews-v1", true)]
    [InlineData("", "", 0, 0, "review", false)]
    public void Offer_OfARequest_TellsWhatTheOrderAsksFor(string method, string path, int low, int high, string peer, bool told)
    {
        _board.Replace([Order() with { Method = method, Path = path, MinStatus = low, MaxStatus = high, Peer = peer }]);

        _board.Offer(Exchange(), _ => null);

        Assert.Equal(told, _board.Events.TryRead(out _));
    }

    [Fact]
    public void Offer_OfTheOtherDirection_TellsNothing()
    {
        _board.Replace([Order() with { Outbound = false }]);

        _board.Offer(Exchange(), _ => null);

        Assert.False(_board.Events.TryRead(out _));
    }

    [Theory]
    [InlineData("authorization")]
    [InlineData("cookie")]
    [InlineData("x-api-key")]
    [InlineData("x-auth-request-user")]
    [InlineData("x-csrf-token")]
    [InlineData("x-forwarded-client-cert")]
    public void Offer_OfASecretHeader_WithholdsItWhoeverAsks(string name)
    {
        _board.Replace([Order() with { Headers = [name, "user-agent"] }]);

        _board.Offer(Exchange(), header => header == "user-agent" ? "curl" : "s3cret");

        Assert.True(_board.Events.TryRead(out var told));
        Assert.Equal([new KeyValuePair<string, string>("user-agent", "curl")], told.Headers);
    }

    [Fact]
    public void Offer_OfMoreThanTheOrderWants_TellsSoManyASecond()
    {
        _board.Replace([Order() with { MaxPerSecond = 3 }]);
        for (var second = 0; second < 2; second++)
        {
            for (var request = 0; request < 10; request++)
            {
                _board.Offer(Exchange(), _ => null);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(6, Count());
    }

    [Fact]
    public void Offer_WhenNobodyReads_DropsAndCounts()
    {
        _board.Replace([Order() with { MaxPerSecond = 10_000 }]);
        for (var request = 0; request < 2_000; request++)
        {
            _board.Offer(Exchange(), _ => null);
        }

        Assert.Equal(512, Count());
        Assert.Equal(2_000 - 512, _board.TakeDropped());
        Assert.Equal(0, _board.TakeDropped());
    }

    [Fact]
    public void Offer_AfterTheTimeOfTheOrder_TellsNothing()
    {
        _board.Replace([Order()]);
        _time.Advance(TimeSpan.FromMinutes(2));

        _board.Offer(Exchange(), _ => null);

        Assert.False(_board.Events.TryRead(out _));
    }

    [Fact]
    public void Replace_WithNothing_ForgetsWhatWaits()
    {
        _board.Replace([Order()]);
        _board.Offer(Exchange(), _ => null);

        _board.Replace([]);

        Assert.False(_board.IsWatched);
        Assert.False(_board.Events.TryRead(out _));
    }

    private TapOrder Order() => new() { Id = 7, EndsAt = _time.GetUtcNow() + TimeSpan.FromMinutes(1), MaxPerSecond = 100, Inbound = true, Outbound = true };

    private int Count()
    {
        var count = 0;
        while (_board.Events.TryRead(out _))
        {
            count++;
        }

        return count;
    }

    private TapEvent Exchange() => new()
    {
        Time = _time.GetUtcNow(),
        IsInbound = false,
        Method = "GET",
        Authority = "reviews:9080",
        Path = "/api/x",
        Status = 503,
        Peer = new TapPeer { Namespace = "shop", Service = "reviews", Workload = "reviews-v1-x7k2p" },
    };
}
