using Mesh.Protocol.Streams;

namespace Mesh.Client.Transport.Counted;

/// <summary>The body of a response that holds a connection to its end; passes everything on, unbuffered, both ways (upgraded connections are written to).</summary>
internal sealed class CountedBody(Stream inner, ConnectionLease lease) : PassThroughStream(inner)
{
    public override int Read(Span<byte> buffer) => Count(Inner.Read(buffer), buffer.Length);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
            lease.End();
        }

        base.Dispose(disposing);
    }

    // A body that fails is disposed by whoever reads it, and so gives its connection back.
    private int Count(int read, int asked)
    {
        if (read == 0 && asked > 0)
        {
            lease.End();
        }

        return read;
    }
}
