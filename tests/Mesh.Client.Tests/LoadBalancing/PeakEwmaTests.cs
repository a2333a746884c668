using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PeakEwmaTests
{
    private readonly BalancerRig _rig = new();

    [Fact]
    public void Pick_OfTwo_PrefersTheOneThatAnsweredFasterOfLate()
    {
        var picker = Build(At(1), At(2));
        Answer(1, milliseconds: 5);
        Answer(2, milliseconds: 50);

        Assert.Equal([1], Count(picker, 100).Keys);

        Answer(1, milliseconds: 200);
        Assert.Equal([2], Count(picker, 100).Keys);
    }

    [Fact]
    public void Pick_AfterAPeak_ComesBackWhenItsMemoryFades()
    {
        var picker = Build(At(1), At(2));
        Answer(1, milliseconds: 400);
        Answer(2, milliseconds: 20);
        Assert.Equal([2], Count(picker, 50).Keys);

        // The other goes on answering; after three time constants 400 ms count as 20 ms.
        for (var second = 0; second < 31; second++)
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            Answer(2, milliseconds: 20);
        }

        Assert.Equal([1], Count(picker, 50).Keys);
    }

    [Fact]
    public void Pick_WithRequestsUnderWay_CountsEachOfThem()
    {
        var picker = Build(At(1), At(2));
        Answer(1, milliseconds: 10);
        Answer(2, milliseconds: 25);

        Assert.Equal([1, 1, 2], Enumerable.Range(0, 3).Select(_ => Enter(picker)));
    }

    [Fact]
    public void Pick_WithANewcomer_TriesItAtOnceButOnlyOnce()
    {
        var picker = Build(At(1), At(2));
        Answer(1, milliseconds: 10);

        Assert.Equal(2, Enter(picker));
        Assert.Equal([1, 1, 1], Enumerable.Range(0, 3).Select(_ => Enter(picker)));
    }

    [Theory]
    [InlineData(503, 14, nameof(LocalOrigin.None))]
    [InlineData(0, -1, nameof(LocalOrigin.ConnectFailure))]
    [InlineData(200, 14, nameof(LocalOrigin.None))]
    public void Pick_WithAnEndpointThatFailsFast_DoesNotPreferIt(int status, int grpcStatus, string origin)
    {
        var picker = Build(At(1), At(2));
        Answer(2, milliseconds: 100);
        _rig[1].Report(new AttemptOutcome(status, grpcStatus, Enum.Parse<LocalOrigin>(origin), TimeSpan.FromMilliseconds(1)));

        Assert.Equal([2], Count(picker, 50).Keys);
    }

    [Fact]
    public void Pick_WithACallerThatGaveUp_LearnsNothing()
    {
        var picker = Build(At(1), At(2));
        Answer(1, milliseconds: 10);
        Answer(2, milliseconds: 20);
        _rig[1].Report(new AttemptOutcome(0, -1, LocalOrigin.CallerGone, TimeSpan.FromSeconds(30)));

        Assert.Equal([1], Count(picker, 50).Keys);
    }

    [Fact]
    public void D10_OfMany_SendsMostToTheFastest()
    {
        var picker = Build(At(1), At(2), At(3), At(4));
        Answer(1, 100);
        Answer(2, 100);
        Answer(3, 1);
        Answer(4, 100);

        // It wins every pair that it is in: two of four.
        Assert.InRange(Count(picker, 10_000)[3], 4850, 5150);
    }

    private Picker Build(params Endpoint[] endpoints) => _rig.Build(LoadBalancingKind.PeakEwma, Local(endpoints));

    private void Answer(int port, double milliseconds) =>
        _rig[port].Report(new AttemptOutcome(200, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.FromMilliseconds(milliseconds)));

    private static int Enter(Picker picker)
    {
        var endpoint = picker.Pick(default)!;
        endpoint.Enter();
        return endpoint.Address.Port;
    }
}
