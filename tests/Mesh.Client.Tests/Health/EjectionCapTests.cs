using Mesh.Client.Health.Outliers;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>How many endpoints may be ejected at one time: the table of docs/health.md.</summary>
public sealed class EjectionCapTests
{
    [Theory]
    // The default of 10 %: one of a small cluster, never the last.
    [InlineData(1, 10, null, 0)]
    [InlineData(2, 10, null, 1)]
    [InlineData(3, 10, null, 1)]
    [InlineData(5, 10, null, 1)]
    [InlineData(10, 10, null, 1)]
    [InlineData(19, 10, null, 1)]
    [InlineData(20, 10, null, 2)]
    [InlineData(100, 10, null, 10)]
    // Half.
    [InlineData(1, 50, null, 0)]
    [InlineData(2, 50, null, 1)]
    [InlineData(3, 50, null, 1)]
    [InlineData(5, 50, null, 2)]
    [InlineData(10, 50, null, 5)]
    // Nearly all, and all.
    [InlineData(1, 99, null, 0)]
    [InlineData(3, 99, null, 2)]
    [InlineData(1, 100, null, 1)]
    [InlineData(3, 100, null, 3)]
    // Nothing.
    [InlineData(1, 0, null, 0)]
    [InlineData(10, 0, null, 0)]
    // Envoy's own rule, asked for either way.
    [InlineData(1, 10, true, 1)]
    [InlineData(3, 10, true, 1)]
    [InlineData(3, 0, true, 1)]
    [InlineData(20, 10, true, 2)]
    [InlineData(1, 10, false, 0)]
    [InlineData(9, 10, false, 0)]
    [InlineData(10, 10, false, 1)]
    [InlineData(1, 100, false, 1)]
    public void Allows_AllFailing_EjectsSoMany(int hosts, uint percent, bool? alwaysOne, int expected)
    {
        var policy = new OutlierDetectionPolicy { MaxEjectionPercent = percent, AlwaysEjectOne = alwaysOne, Consecutive5xx = new ConsecutiveRule(1, 100) };
        var cluster = new WatchedCluster(hosts, policy);

        Array.ForEach(cluster.Endpoints, endpoint => endpoint.Answer(500, 3));

        Assert.Equal(expected, cluster.Ejected);
    }

    [Fact]
    public void Allows_OthersDoNotTakeRequests_KeepsTheLastThatDoes()
    {
        var policy = new OutlierDetectionPolicy { MaxEjectionPercent = 50, Consecutive5xx = new ConsecutiveRule(1, 100) };
        var cluster = new WatchedCluster(4, policy);
        cluster.Apply(new ClusterPolicy { OutlierDetection = policy }, endpoint => endpoint == cluster.Endpoints[0]);

        cluster.Endpoints[0].Answer(500);

        Assert.Equal(0, cluster.Ejected);
        Assert.NotEmpty(cluster.Messages("EjectionLimited"));
    }

    [Theory]
    [InlineData(10, 3, 1, true, false)]
    [InlineData(34, 3, 0, true, true)]
    [InlineData(33, 3, 1, true, false)]
    [InlineData(67, 3, 1, true, true)]
    [InlineData(67, 3, 1, false, false)]
    public void Allows_AtTheEdge_ComparesExactly(uint percent, int hosts, int ejected, bool anotherIsLeft, bool expected) =>
        Assert.Equal(expected, EjectionCap.Allows(new OutlierDetectionPolicy { MaxEjectionPercent = percent }, hosts, ejected, anotherIsLeft));
}
