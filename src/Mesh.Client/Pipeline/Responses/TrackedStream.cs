using System.Runtime.CompilerServices;
using Mesh.Protocol.Streams;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>The body of a response that is tracked to its end; passes everything on, unbuffered, both ways (upgraded connections are written to).</summary>
internal sealed class TrackedStream(Stream inner, ResponseTail tail) : PassThroughStream(inner)
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(Inner.Read(buffer), buffer);
        }
        catch (Exception exception)
        {
            return tail.Break(exception) is { } failure ? throw failure : 0;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Span);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            tail.End();
            throw;
        }
        catch (Exception exception)
        {
            return tail.Break(exception) is { } failure ? throw failure : 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
            tail.End();
        }

        base.Dispose(disposing);
    }

    private int Count(int read, ReadOnlySpan<byte> buffer)
    {
        tail.Count(buffer[..read]);
        if (read == 0 && buffer.Length > 0)
        {
            if (tail.IsCut)
            {
                // HTTP/1.1: a connection that was closed from this side between two reads looks like the end of the body.
                throw new IOException("The response was cut.");
            }

            tail.End();
        }

        return read;
    }
}
