using Mesh.Client.Faults;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Faults;

public sealed class FaultInjectorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly FaultRequest Nothing = new(null, null, null, null, null);

    [Theory]
    [InlineData(0u, 100u, 0, 0)]
    [InlineData(100u, 100u, 100_000, 100_000)]
    [InlineData(200u, 100u, 100_000, 100_000)]
    [InlineData(50u, 100u, 49_000, 51_000)]
    [InlineData(1u, 10_000u, 1, 30)]
    public void Decide_Share_IsKept(uint numerator, uint denominator, int atLeast, int atMost)
    {
        var injector = new FaultInjector(new Random(5));
        var policy = new FaultPolicy { Abort = new FaultAbort(500, null, new FaultShare(numerator, denominator)) };

        var aborted = Enumerable.Range(0, 100_000).Count(_ => injector.Decide(policy, Nothing).IsAbort);

        Assert.InRange(aborted, atLeast, atMost);
    }

    [Fact]
    public void Decide_OneInAMillion_HitsOnlyTheLowestDraw()
    {
        var policy = new FaultPolicy { Abort = new FaultAbort(500, null, new FaultShare(1, 1_000_000)) };

        Assert.True(new FaultInjector(new FixedRandom(0)).Decide(policy, Nothing).IsAbort);
        Assert.False(new FaultInjector(new FixedRandom(1)).Decide(policy, Nothing).IsAbort);
    }

    [Fact]
    public void Decide_DelayAndAbort_AreDrawnApart()
    {
        var half = new FaultShare(50, 100);
        var policy = new FaultPolicy { Delay = new FaultDelay(Second, half), Abort = new FaultAbort(503, null, half) };
        var injector = new FaultInjector(new Random(7));

        var kinds = Enumerable.Range(0, 1000).Select(_ => injector.Decide(policy, Nothing)).GroupBy(decision => (decision.IsDelay, decision.IsAbort));

        Assert.Equal(4, kinds.Count());
        Assert.All(kinds, kind => Assert.InRange(kind.Count(), 200, 300));
    }

    [Fact]
    public void Decide_GrpcStatus_IsA200WithTheStatus()
    {
        var decision = new FaultInjector(new Random(1)).Decide(new FaultPolicy { Abort = new FaultAbort(null, 14, FaultShare.All) }, Nothing);

        Assert.Equal((200, 14), (decision.HttpStatus, decision.GrpcStatus));
    }

    [Fact]
    public void Decide_AtTheLimitOfActiveFaults_InjectsNone()
    {
        var injector = new FaultInjector(new Random(1));
        var delay = new FaultPolicy { Delay = new FaultDelay(Second, FaultShare.All), MaxActiveFaults = 1 };
        var abort = new FaultPolicy { Abort = new FaultAbort(500, null, FaultShare.All), MaxActiveFaults = 1 };

        Assert.True(injector.Decide(delay, Nothing).IsDelay);
        Assert.False(injector.Decide(delay, Nothing).IsDelay);
        Assert.False(injector.Decide(abort, Nothing).IsAbort);
        injector.Leave();

        Assert.Equal(0, injector.Active);
        Assert.True(injector.Decide(abort, Nothing).IsAbort);
        Assert.True(injector.Decide(delay, Nothing).IsDelay);
    }

    [Fact]
    public void Decide_AHeldRequest_MayStillAbortAtTheLimit()
    {
        var policy = new FaultPolicy { Delay = new FaultDelay(Second, FaultShare.All), Abort = new FaultAbort(500, null, FaultShare.All), MaxActiveFaults = 1 };

        var decision = new FaultInjector(new Random(1)).Decide(policy, Nothing);

        Assert.True(decision is { IsDelay: true, IsAbort: true });
    }

    [Fact]
    public void Decide_LeftToTheRequest_DoesWhatItAsksWithinTheConfiguredShare()
    {
        var injector = new FaultInjector(new FixedRandom(20));
        var policy = new FaultPolicy
        {
            Delay = new FaultDelay(null, new FaultShare(30, 100)),
            Abort = new FaultAbort(null, null, new FaultShare(30, 100)),
        };

        Assert.Equal(default, injector.Decide(policy, Nothing));
        Assert.Equal(new FaultDecision(Second, 503, null), injector.Decide(policy, new FaultRequest(Second, null, 503, 14, null)));
        Assert.Equal(new FaultDecision(TimeSpan.Zero, 200, 14), injector.Decide(policy, new FaultRequest(Second, 10, null, 14, 90)));
    }

    private sealed class FixedRandom(long value) : Random
    {
        public override long NextInt64(long maxValue) => value;
    }
}
