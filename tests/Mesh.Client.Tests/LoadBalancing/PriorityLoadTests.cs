using Mesh.Client.LoadBalancing.Priorities;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PriorityLoadTests
{
    [Theory]
    // The tables of Envoy's documentation on priority levels: percent healthy of 100 endpoints in each priority -> percent of the requests.
    [InlineData(new[] { 100, 100 }, new[] { 100, 0 })]
    [InlineData(new[] { 72, 100 }, new[] { 100, 0 })]
    [InlineData(new[] { 71, 100 }, new[] { 99, 1 })]
    [InlineData(new[] { 50, 100 }, new[] { 70, 30 })]
    [InlineData(new[] { 25, 100 }, new[] { 35, 65 })]
    [InlineData(new[] { 0, 100 }, new[] { 0, 100 })]
    [InlineData(new[] { 25, 25 }, new[] { 50, 50 })]
    [InlineData(new[] { 100, 100, 100 }, new[] { 100, 0, 0 })]
    [InlineData(new[] { 72, 72, 100 }, new[] { 100, 0, 0 })]
    [InlineData(new[] { 71, 71, 100 }, new[] { 99, 1, 0 })]
    [InlineData(new[] { 50, 50, 100 }, new[] { 70, 30, 0 })]
    [InlineData(new[] { 25, 100, 100 }, new[] { 35, 65, 0 })]
    [InlineData(new[] { 25, 25, 100 }, new[] { 35, 35, 30 })]
    [InlineData(new[] { 25, 25, 20 }, new[] { 37, 35, 28 })]
    [InlineData(new[] { 0, 0, 0 }, new[] { 0, 0, 0 })]
    public void D07_WithOverprovisioning_DividesAsEnvoy(int[] healthy, int[] expected) =>
        Assert.Equal(expected, PriorityLoad.Of(Percent(healthy), overprovisioning: 140, panicThreshold: 0).Shares);

    [Theory]
    // Envoy's documentation on the panic threshold of 50: which priorities use all their endpoints.
    [InlineData(new[] { 72, 100 }, new[] { 100, 0 }, new[] { false, false })]
    [InlineData(new[] { 71, 100 }, new[] { 99, 1 }, new[] { false, false })]
    [InlineData(new[] { 50, 60 }, new[] { 70, 30 }, new[] { false, false })]
    [InlineData(new[] { 25, 100 }, new[] { 35, 65 }, new[] { false, false })]
    [InlineData(new[] { 25, 25 }, new[] { 50, 50 }, new[] { true, true })]
    [InlineData(new[] { 5, 65 }, new[] { 8, 92 }, new[] { true, false })]
    [InlineData(new[] { 0, 0 }, new[] { 50, 50 }, new[] { true, true })]
    public void Of_WithAPanicThreshold_PanicsOnlyWhenTheWholeCannotBearTheRequests(int[] healthy, int[] shares, bool[] panic)
    {
        var load = PriorityLoad.Of(Percent(healthy), overprovisioning: 140, panicThreshold: 50);

        Assert.Equal(shares, load.Shares);
        Assert.Equal(panic, load.IsInPanic);
    }

    [Fact]
    public void D02_InTotalPanic_DividesByTheNumberOfEndpoints() =>
        Assert.Equal([34, 66], PriorityLoad.Of([new PriorityHealth(1, 0), new PriorityHealth(2, 0)], 140, 50).Shares);

    [Fact]
    public void Of_WithoutOverprovisioning_SpillsOverWithTheFirstEndpointThatFails() =>
        Assert.Equal([75, 25], PriorityLoad.Of([new PriorityHealth(4, 3), new PriorityHealth(4, 4)], 100, 0).Shares);

    [Fact]
    public void Of_WithWeighedHealth_CountsWeights() =>
        Assert.Equal([14, 86], PriorityLoad.Of([new PriorityHealth(2, 1, 10, 1), new PriorityHealth(1, 1)], 140, 0).Shares);

    [Fact]
    public void D07_WithAnEmptyBestPriority_GivesAllToTheNext() =>
        Assert.Equal([0, 100], PriorityLoad.Of([new PriorityHealth(0, 0), new PriorityHealth(1, 1)], 140, 0).Shares);

    [Fact]
    public void Of_WithoutPriorities_IsEmpty() => Assert.Empty(PriorityLoad.Of([], 140, 50).Shares);

    private static PriorityHealth[] Percent(int[] healthy) => Array.ConvertAll(healthy, percent => new PriorityHealth(100, percent));
}
