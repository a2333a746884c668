namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>What one stream has taken of the memory for all; given back when it ends.</summary>
internal sealed class StreamShare(StreamMemory memory) : IDisposable
{
    private long _held;

    public void Take(long size)
    {
        memory.Take(size);
        Interlocked.Add(ref _held, size);
    }

    public void Give(long size)
    {
        Interlocked.Add(ref _held, -size);
        memory.Give(size);
    }

    /// <summary>Takes or gives back the difference.</summary>
    public void Resize(long before, long after)
    {
        if (after > before)
        {
            Take(after - before);
        }
        else
        {
            Give(before - after);
        }
    }

    public void Dispose() => memory.Give(Interlocked.Exchange(ref _held, 0));
}
