using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>The body of a received request as it is sent on: piece by piece, as it arrives.</summary>
internal sealed class InboundContent(HttpContext context) : HttpContent
{
    private const int BufferSize = 32 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? transport) => SerializeToStreamAsync(stream, transport, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? transport, CancellationToken cancellationToken)
    {
        // What a stream of calls has said so far must not wait for more.
        await stream.FlushAsync(cancellationToken);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, cancellationToken)) > 0)
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

    protected override bool TryComputeLength(out long length)
    {
        length = context.Request.ContentLength ?? 0;
        return context.Request.ContentLength is not null;
    }
}
