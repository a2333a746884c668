using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>The body of a received request as it is sent on: piece by piece, as it arrives.</summary>
internal sealed class InboundContent(HttpContext context) : HttpContent
{
    private readonly CancellationTokenSource _broken = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);

    private const int BufferSize = 32 * 1024;

    /// <summary>Ends the call when the caller is gone, or its body cannot be read: neither is the callee's fault.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Why the body cannot be read; null while it can.</summary>
    public Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? transport) => SerializeToStreamAsync(stream, transport, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? transport, CancellationToken cancellationToken)
    {
        // What a stream of calls has said so far must not wait for more.
        await stream.FlushAsync(cancellationToken);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _broken.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failure = exception;
            await _broken.CancelAsync();
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = context.Request.ContentLength ?? 0;
        return context.Request.ContentLength is not null;
    }
}
