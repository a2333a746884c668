using FsCheck;
using FsCheck.Fluent;
using Mesh.ControlPlane.Quotas;

namespace Mesh.ControlPlane.Tests.Quotas;

/// <summary>How a quota is divided.</summary>
public sealed class QuotaSharesTests
{
    private const double Rate = 100;

    [Fact]
    public void Divide_AmongEqualDemands_GivesEqualShares() =>
        Assert.All(QuotaShares.Divide(Rate, [500, 500, 500, 500]), share => Assert.Equal(25, share, 6));

    [Fact]
    public void Divide_WhenOneWantsLittle_GivesTheOthersTheRest()
    {
        var shares = QuotaShares.Divide(Rate, [1, 1_000, 1_000]);

        Assert.InRange(shares[0], 1, 5);
        Assert.Equal(shares[1], shares[2], 6);
        Assert.True(shares[1] > 45);
    }

    [Fact]
    public void Divide_WhenNobodyWantsAnything_GivesEachHeadroom() =>
        Assert.All(QuotaShares.Divide(Rate, [0, 0]), share => Assert.Equal(50, share, 6));

    [Fact]
    public void Divide_AnyDemands_HandsOutTheWholeRateAndNobodyLacksWhileAnotherHasMoreThanHeWants()
    {
        var demands = Gen.Choose(0, 10_000).Select(value => value / 10.0).ListOf().Where(list => list.Count is > 0 and < 40);
        Prop.ForAll(Arb.From(demands), list =>
        {
            var wanted = list.ToArray();
            var shares = QuotaShares.Divide(Rate, wanted);
            var reserve = 0.05 * Rate / wanted.Length;
            var someoneLacks = Enumerable.Range(0, wanted.Length).Any(index => shares[index] < wanted[index] - 1e-6);
            return Math.Abs(shares.Sum() - Rate) < 1e-6
                && shares.All(share => share > 0)
                && (!someoneLacks || Enumerable.Range(0, wanted.Length).All(index => shares[index] <= wanted[index] + reserve + 1e-6));
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 11));
    }

    [Fact]
    public void Divide_AnyDemands_GivesNobodyLessThanAnotherWhoWantsLess()
    {
        var demands = Gen.Choose(0, 10_000).Select(value => value / 10.0).ListOf().Where(list => list.Count is > 1 and < 40);
        Prop.ForAll(Arb.From(demands), list =>
        {
            var wanted = list.Order().ToArray();
            var shares = QuotaShares.Divide(Rate, wanted);
            return Enumerable.Range(1, wanted.Length - 1).All(index => shares[index] >= shares[index - 1] - 1e-6);
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 13));
    }
}
