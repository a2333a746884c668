using Mesh.Client.Model.Telemetry;
using Mesh.Client.Tracing;

namespace Mesh.Client.Tests.Pipeline.Tracing;

public sealed class TraceSamplerTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(100.0, true)]
    [InlineData(0.0, false)]
    public void Draws_Certain_NeedsNoChance(double? percentage, bool expected) =>
        Assert.Equal(expected, TraceSampler.Draws(new TracingSide { SamplingPercentage = percentage }, null, new Random(1)));

    [Theory]
    [InlineData("00000000-0000-4000-8000-000000000000", 0.01, true)]
    [InlineData("00000001-0000-4000-8000-000000000000", 0.01, false)]
    [InlineData("0000270f-0000-4000-8000-000000000000", 99.99, false)]
    [InlineData("00002710-0000-4000-8000-000000000000", 0.01, true)]
    public void Draws_ByRequestId_IsTheSameOnEveryHop(string id, double percentage, bool expected) =>
        Assert.Equal(expected, TraceSampler.Draws(new TracingSide { SamplingPercentage = percentage }, id, new Random(1)));

    [Theory]
    [InlineData(null, false)]
    [InlineData("not-hex-at-all", false)]
    [InlineData("00000000-0000-4000-8000-000000000000", true)]
    public void Draws_WithoutAnUsableId_DrawsByChance(string? id, bool ignores)
    {
        var random = new Random(5);
        var side = new TracingSide { SamplingPercentage = 25, IgnoresRequestId = ignores };

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => TraceSampler.Draws(side, id, random)), 2_300, 2_700);
    }
}
