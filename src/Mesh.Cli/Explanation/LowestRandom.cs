namespace Mesh.Cli.Explanation;

/// <summary>Always draws the lowest number: what may happen to a share of the requests happens.</summary>
internal sealed class LowestRandom() : Random(0)
{
    public override int Next(int maxValue) => 0;

    public override long NextInt64(long maxValue) => 0;

    public override double NextDouble() => 0;
}
