using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>What holds for any sequence of outcomes.</summary>
public sealed class EjectionPropertyTests
{
    private static readonly FsCheck.Config Quick = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(120).WithReplay(new Replay(new Rnd(42, 43), null));

    /// <summary>An endpoint's outcome, or time that goes by.</summary>
    private sealed record Step(int Endpoint, int Status, int Seconds);

    private static readonly Gen<Step> Steps =
        from endpoint in Gen.Choose(0, 19)
        from status in Gen.Elements(200, 200, 500, 500, 503, 504, 404)
        from seconds in Gen.Elements(0, 0, 0, 0, 0, 1, 11)
        select new Step(endpoint, status, seconds);

    private static readonly Gen<(int Hosts, int Percent, Step[] Steps)> Runs =
        from hosts in Gen.Choose(1, 20)
        from percent in Gen.Choose(0, 100)
        from steps in Steps.ArrayOf()
        select (hosts, percent, steps);

    [Fact]
    public void D02_AnySequence_NeverExceedsTheCap() => Check.One(Quick, Prop.ForAll(Runs.ToArbitrary(), static run =>
    {
        var cluster = new WatchedCluster(run.Hosts, Policy((uint)run.Percent));
        var cap = Math.Max(run.Hosts * run.Percent / 100, run.Percent > 0 && run.Hosts > 1 ? 1 : 0);
        return run.Steps.All(step =>
        {
            Play(cluster, step);
            return cluster.Ejected <= cap && (cluster.Ejected < run.Hosts || run.Percent == 100);
        });
    }));

    [Fact]
    public void Ejections_AnySequenceThenSuccess_AllComeBack() => Check.One(Quick, Prop.ForAll(Runs.ToArbitrary(), static run =>
    {
        var cluster = new WatchedCluster(run.Hosts, Policy((uint)run.Percent));
        Array.ForEach(run.Steps, step => Play(cluster, step));

        // The longest ejection, and the sweep that sees its end.
        cluster.Advance(300 + 10);
        return cluster.Ejected == 0 && cluster.Time.PendingTimers == 1;
    }));

    [Fact]
    public void Ejections_AnySequence_LastNoLongerThanTheLimit() => Check.One(Quick, Prop.ForAll(Runs.ToArbitrary(), static run =>
    {
        var policy = Policy((uint)run.Percent) with { MaxEjectionTime = TimeSpan.FromSeconds(45) };
        var cluster = new WatchedCluster(run.Hosts, policy);
        return run.Steps.All(step =>
        {
            Play(cluster, step);
            return cluster.Endpoints.All(endpoint =>
                !endpoint.IsEjected || endpoint.Monitor!.Outliers!.Ejection.Duration(policy) is var duration
                && duration >= policy.BaseEjectionTime && duration <= policy.MaxEjectionTime
                && endpoint.Monitor.Outliers.Ejection.SinceEjection <= duration + policy.Interval);
        });
    }));

    private static OutlierDetectionPolicy Policy(uint percent) => new()
    {
        MaxEjectionPercent = percent,
        Consecutive5xx = new ConsecutiveRule(2, 100),
        ConsecutiveGateway = new ConsecutiveRule(1, 100),
        SuccessRate = new SuccessRateRule { MinimumHosts = 2, RequestVolume = 2 },
        FailurePercentage = new FailurePercentageRule { Enforcing = 100, MinimumHosts = 1, RequestVolume = 2, Threshold = 60 },
    };

    private static void Play(WatchedCluster cluster, Step step)
    {
        cluster.Endpoints[step.Endpoint % cluster.Endpoints.Length].Answer(step.Status);
        cluster.Advance(step.Seconds);
    }
}
