using Mesh.Protocol.Streams;

namespace Mesh.Client.Transport.Streams;

/// <summary>Passes on what is written, and shows each piece to whoever is made of it; the stream behind stays its owner's.</summary>
internal abstract class WatchedWrites(Stream inner) : PassThroughStream(inner)
{
    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public sealed override void Write(ReadOnlySpan<byte> buffer)
    {
        See(buffer);
        Inner.Write(buffer);
    }

    public sealed override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        See(buffer.Span);
        return Inner.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>Before it is passed on.</summary>
    protected abstract void See(ReadOnlySpan<byte> piece);
}
