using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Limits;

namespace Mesh.Client.Tests.Limits;

public sealed class ConcurrencyLimitTests
{
    [Fact]
    public async Task TryEnter_ByManyThreads_NeverLetsInOneTooManyNorTurnsOneAwayTooEarly()
    {
        const int Limit = 7;
        var limit = new ConcurrencyLimit();
        limit.Change(Limit);
        var (inside, most, refusedTooEarly) = (0, 0, 0);

        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (_, _) =>
        {
            for (var round = 0; round < 20_000; round++)
            {
                if (limit.TryEnter())
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref inside));
                    Interlocked.Decrement(ref inside);
                    limit.Leave();
                }
                else
                {
                    refusedTooEarly++;
                }
            }

            return ValueTask.CompletedTask;
        });

        Assert.InRange(most, 1, Limit);
        Assert.Equal(0, limit.InUse);
        Assert.InRange(refusedTooEarly, 0, int.MaxValue);
    }

    /// <summary>Enter (positive), leave (zero) and change of the limit (negative) in any order agree with a plain count.</summary>
    [Fact]
    public void TryEnter_InAnyOrderOfChanges_AgreesWithAPlainCount() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 1), Prop.ForAll<int[]>(static steps =>
        {
            var limit = new ConcurrencyLimit();
            var (held, most) = (0, int.MaxValue);
            foreach (var step in steps)
            {
                switch (Math.Sign(step))
                {
                    case > 0:
                        var entered = limit.TryEnter();
                        if (entered != held < most)
                        {
                            return false;
                        }

                        held += entered ? 1 : 0;
                        break;
                    case 0 when held > 0:
                        limit.Leave();
                        held--;
                        break;
                    case < 0:
                        most = -step % 8;
                        limit.Change((uint)most);
                        break;
                }
            }

            return limit.InUse == held;
        }));

    [Fact]
    public void Change_FromNoneToOne_CountsWhatIsInUseAlready()
    {
        var limit = new ConcurrencyLimit();
        Assert.True(limit.TryEnter());
        Assert.True(limit.TryEnter());

        limit.Change(2);
        Assert.False(limit.TryEnter());
        limit.Leave();

        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void Change_Below_KeepsWhatIsInUse()
    {
        var limit = new ConcurrencyLimit();
        limit.Change(3);
        Assert.True(limit.TryEnter() && limit.TryEnter() && limit.TryEnter());

        limit.Change(1);
        limit.Leave();
        limit.Leave();
        Assert.False(limit.TryEnter());
        limit.Leave();

        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void TryEnter_WithALimitOfNone_LetsNobodyIn()
    {
        var limit = new ConcurrencyLimit();
        limit.Change(0);

        Assert.False(limit.TryEnter());
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
