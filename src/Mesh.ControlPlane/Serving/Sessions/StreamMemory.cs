using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>How much memory all streams together may take by what clients say: limits of one stream alone, times the streams, are more than a small process has.</summary>
/// <param name="limit">In bytes.</param>
internal sealed class StreamMemory(long limit)
{
    private long _held;

    /// <summary>In bytes.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>A quarter of what the process may have, the limit of its container included.</summary>
    public static StreamMemory OfProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

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
