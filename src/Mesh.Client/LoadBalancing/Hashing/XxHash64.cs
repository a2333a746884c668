using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>The hash that Envoy and gRPC place endpoints and requests with (xxHash, XXH64 specification 0.1.1).</summary>
internal static class XxHash64
{
    private const ulong Prime1 = 11400714785074694791;
    private const ulong Prime2 = 14029467366897019727;
    private const ulong Prime3 = 1609587929392839161;
    private const ulong Prime4 = 9650029242287828579;
    private const ulong Prime5 = 2870177450012600261;
    private const int StripeLength = 32;
    private const int MaxStackLength = 256;

    /// <summary>The hash of a text in UTF-8.</summary>
    public static ulong Hash(ReadOnlySpan<char> text, ulong seed = 0)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = length <= MaxStackLength ? stackalloc byte[MaxStackLength] : new byte[length];
        return Hash(buffer[..Encoding.UTF8.GetBytes(text, buffer)], seed);
    }

    public static ulong Hash(ReadOnlySpan<byte> input, ulong seed = 0)
    {
        var rest = input;
        var hash = input.Length >= StripeLength ? HashStripes(ref rest, seed) : seed + Prime5;
        return Avalanche(HashRest(hash + (ulong)input.Length, rest));
    }

    private static ulong HashStripes(ref ReadOnlySpan<byte> rest, ulong seed)
    {
        unchecked
        {
            var (lane1, lane2, lane3, lane4) = (seed + Prime1 + Prime2, seed + Prime2, seed, seed - Prime1);
            while (rest.Length >= StripeLength)
            {
                lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(rest));
                lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
                lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
                lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
                rest = rest[StripeLength..];
            }

            var hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
                + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
            return Merge(Merge(Merge(Merge(hash, lane1), lane2), lane3), lane4);
        }
    }

    private static ulong HashRest(ulong hash, ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            while (rest.Length >= sizeof(ulong))
            {
                hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
                rest = rest[sizeof(ulong)..];
            }

            if (rest.Length >= sizeof(uint))
            {
                hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
                rest = rest[sizeof(uint)..];
            }

            foreach (var value in rest)
            {
                hash = BitOperations.RotateLeft(hash ^ value * Prime5, 11) * Prime1;
            }

            return hash;
        }
    }

    private static ulong Round(ulong lane, ulong input) =>
        unchecked(BitOperations.RotateLeft(lane + input * Prime2, 31) * Prime1);

    private static ulong Merge(ulong hash, ulong lane) => unchecked((hash ^ Round(0, lane)) * Prime1 + Prime4);

    private static ulong Avalanche(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }
}
