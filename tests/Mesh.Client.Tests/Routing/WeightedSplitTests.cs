using Mesh.Client.Routing;

namespace Mesh.Client.Tests.Routing;

public sealed class WeightedSplitTests
{
    [Fact]
    public void Choose_OverEveryDraw_GivesExactlyTheWeights()
    {
        var split = new WeightedSplit([90, 0, 10]);
        var counts = new int[3];
        for (var draw = 0; draw < 100; draw++)
        {
            counts[split.Choose(new ScriptedRandom(draw))]++;
        }

        Assert.Equal([90, 0, 10], counts);
    }

    [Fact]
    public void Choose_WithOneCluster_DrawsNothing()
    {
        Assert.Equal(0, new WeightedSplit([0]).Choose(new ScriptedRandom(-1)));
    }

    [Fact]
    public void Constructor_WithoutAnyWeight_Throws()
    {
        Assert.Throws<ArgumentException>(() => new WeightedSplit([0, 0]));
    }

    private sealed class ScriptedRandom(long value) : Random(0)
    {
        public override long NextInt64(long maxValue) => value >= 0 && value < maxValue ? value : throw new InvalidOperationException("An unexpected draw.");
    }
}
