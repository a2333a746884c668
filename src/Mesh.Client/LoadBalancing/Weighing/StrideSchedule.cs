namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Goes through indexes in turn; a weight is the share of the turns in which an index is not passed over.</summary>
/// <remarks>
/// A static stride schedule (gRFC A58): lock-free, and the turns of an index are spread evenly over time.
/// It starts at a random turn, so that processes that start together do not begin with the same index.
/// </remarks>
internal sealed class StrideSchedule
{
    private const uint FullWeight = ushort.MaxValue;

    // Turns that a pick may pass over on average; with more, weights differ so much that another schedule is better.
    private const double MaxSkips = 8;

    private readonly uint _count;

    // Scaled so that the largest is FullWeight; null when all are equal.
    private readonly ushort[]? _weights;
    private uint _turn;

    public StrideSchedule(double[] weights, Random random)
    {
        _count = (uint)weights.Length;
        var largest = weights.Max();
        if (!Array.TrueForAll(weights, weight => weight.Equals(largest)))
        {
            _weights = Array.ConvertAll(weights, weight => (ushort)Math.Max(1, Math.Round(weight / largest * FullWeight)));
        }

        _turn = (uint)random.Next(int.MaxValue);
    }

    /// <summary>Whether these weights are so even that few turns are passed over.</summary>
    public static bool Suits(double[] weights) => weights.Length * weights.Max() / weights.Sum() <= MaxSkips;

    public int Next()
    {
        while (true)
        {
            var turn = Interlocked.Increment(ref _turn);
            var (round, index) = Math.DivRem(turn, _count);
            if (_weights is null || TakesPart(round, index, _weights[index]))
            {
                return (int)index;
            }
        }
    }

    // The weights of all rounds of an index lie end to end on a line; it takes part when its piece of this round crosses a multiple of
    // FullWeight. The offset keeps equal weights from taking part in the same rounds.
    private static bool TakesPart(uint round, uint index, ushort weight)
    {
        const uint HalfWeight = FullWeight / 2;
        var end = ((ulong)weight * round + index * (ulong)HalfWeight) % FullWeight;
        return end + weight >= FullWeight;
    }
}
