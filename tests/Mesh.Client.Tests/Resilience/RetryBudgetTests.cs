using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Model;
using Mesh.Client.Resilience;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Resilience;

public sealed class RetryBudgetTests
{
    [Fact]
    public void E02_WhenEverythingFails_AllowsTheMinimumThenAFifthOfTheRequests()
    {
        var time = new FakeTimeProvider();
        var budget = new RetryBudget(RetryBudgetPolicy.Default, time);
        var retries = 0;
        for (var request = 0; request < 10_000; request++)
        {
            budget.CountRequest();
            retries += Try(budget) ? 1 : 0;
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(retries, 1900, 2000);
    }

    [Fact]
    public void TryTake_OfAnIdleCluster_AllowsTheMinimum()
    {
        var budget = new RetryBudget(RetryBudgetPolicy.Default, new FakeTimeProvider());

        var allowed = Enumerable.Range(0, 100).Count(_ => Try(budget));

        Assert.Equal(30, allowed);
    }

    [Fact]
    public void TryTake_AfterAQuietHour_IsNoCreditForABurst()
    {
        var time = new FakeTimeProvider();
        var budget = new RetryBudget(RetryBudgetPolicy.Default, time);
        for (var request = 0; request < 100_000; request++)
        {
            budget.CountRequest();
        }

        time.Advance(TimeSpan.FromHours(1));

        // 100,000 requests an hour are 278 in ten seconds, a fifth of which is 55.
        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => Try(budget)), 50, 56);
    }

    [Fact]
    public void GiveBack_OfCallsThatWereSaved_CostsNothing()
    {
        var budget = new RetryBudget(RetryBudgetPolicy.Default, new FakeTimeProvider());
        for (var call = 0; call < 1000; call++)
        {
            budget.CountRequest();
            Assert.True(budget.TryTake(1, out var slot));
            budget.End();
            budget.GiveBack(slot);
        }
    }

    [Fact]
    public void TryTake_WithAFixedLimit_IsExactAtIt()
    {
        var budget = new RetryBudget(new RetryBudgetPolicy(null, 3, 7), new FakeTimeProvider());

        Assert.Equal(7, Enumerable.Range(0, 100).Count(_ => budget.TryTake(1000, out var _)));
        budget.End();
        Assert.True(budget.TryTake(1000, out _));
        Assert.False(budget.TryTake(1000, out _));
    }

    [Fact]
    public void TryTake_WithAPercentage_GoesBeforeTheFixedLimit()
    {
        var budget = new RetryBudget(new RetryBudgetPolicy(50, 1, 2), new FakeTimeProvider());

        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => budget.TryTake(20, out var _)));
    }

    [Fact]
    public void TryTake_ForAnyArrivals_NeverExceedsThePercentageOrTheMinimum()
    {
        var property = Prop.ForAll<byte, byte, (byte Active, bool Ends)[]>(static (percent, minimum, steps) =>
        {
            var policy = new RetryBudgetPolicy(percent % 101, minimum % 20u, null);
            var budget = new RetryBudget(policy, new FakeTimeProvider());
            foreach (var (active, ends) in steps)
            {
                if (ends && budget.Concurrent > 0)
                {
                    budget.End();
                }
                else if (budget.TryTake(active, out _) && budget.Concurrent > Math.Max(policy.MinConcurrency, active * policy.Percent!.Value / 100))
                {
                    return false;
                }
            }

            return true;
        });

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300), property);
    }

    [Fact]
    public void TryTake_ForAnyArrivals_KeepsEveryWindowWithinItsShare()
    {
        var property = Prop.ForAll<(byte Requests, byte Retries, byte Pause)[]>(static steps =>
        {
            var time = new FakeTimeProvider();
            var budget = new RetryBudget(RetryBudgetPolicy.Default, time);
            var (requests, retries, passed) = (0, 0, TimeSpan.Zero);
            foreach (var (arriving, failing, pause) in steps)
            {
                for (var i = 0; i < arriving; i++)
                {
                    budget.CountRequest();
                }

                requests += arriving;
                retries += Enumerable.Range(0, failing).Count(_ => Try(budget));
                passed += TimeSpan.FromMilliseconds(pause * 10);
                time.Advance(TimeSpan.FromMilliseconds(pause * 10));
            }

            // Each window may use its share, and each the minimum.
            return retries <= (requests * 0.2) + ((1 + (passed / RetryBudget.Window)) * budget.MinPerWindow);
        });

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200), property);
    }

    private static bool Try(RetryBudget budget)
    {
        if (!budget.TryTake(0, out _))
        {
            return false;
        }

        budget.End();
        return true;
    }
}
