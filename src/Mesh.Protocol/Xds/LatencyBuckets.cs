using System.Numerics;

namespace Mesh.Protocol.Xds;

/// <summary>The buckets in which durations are reported: eight to every doubling, so that a percentile read from them is off by a few percent at most.</summary>
internal static class LatencyBuckets
{
    /// <summary>From 0 to about four minutes; what takes longer is in the last one.</summary>
    public const int Count = 208;

    private const int Bits = 3;
    private const int PerDoubling = 1 << Bits;

    public static int IndexOf(long microseconds)
    {
        if (microseconds < PerDoubling)
        {
            return (int)Math.Max(0, microseconds);
        }

        var exponent = BitOperations.Log2((ulong)microseconds);
        var index = ((exponent - Bits + 1) << Bits) + (int)((microseconds >> (exponent - Bits)) & (PerDoubling - 1));
        return Math.Min(index, Count - 1);
    }

    public static long LowerBound(int index) => index < PerDoubling ? index : (long)(PerDoubling + (index & (PerDoubling - 1))) << ((index >> Bits) - 1);

    /// <summary>The first microsecond that is in it no more.</summary>
    public static long UpperBound(int index) => LowerBound(index + 1);
}
