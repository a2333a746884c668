using Google.Protobuf;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>How much memory all streams together may take by what clients say: limits of one stream alone, times the streams, are more than a small process has.</summary>
/// <param name="limit">In bytes.</param>
internal sealed class StreamMemory(long limit)
{
    /// <summary>Bytes of memory that a byte of a message becomes: text has two of them for one, and every string a header.</summary>
    private const int Growth = 3;

    private long _held;

    /// <summary>In bytes.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>A quarter of what the process may have, the limit of its container included.</summary>
    public static StreamMemory OfProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>What a message takes, roughly; nothing when there is none.</summary>
    public static long SizeOf(object? message) => message is IMessage known ? (long)known.CalculateSize() * Growth : 0;

    /// <summary>Throws <see cref="GrpcException"/>, which ends the stream, when it is not there.</summary>
    public void Take(long size)
    {
        if (Interlocked.Add(ref _held, size) > limit)
        {
            Give(size);
            throw new GrpcException(
                GrpcStatusCode.ResourceExhausted, $"All streams together may make this server hold {limit} bytes; {Held} are taken, and this request needs {size} more. Come back later, or give the server more memory.");
        }
    }

    public void Give(long size) => Interlocked.Add(ref _held, -size);
}
