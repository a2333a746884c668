using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>A body with headers of its own to edit; the bytes are the application's.</summary>
internal sealed class EditedContent : HttpContent
{
    private readonly HttpContent _inner;

    public EditedContent(HttpContent inner)
    {
        _inner = inner;
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyTo(stream, context, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _inner.CopyToAsync(stream, context);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyToAsync(stream, context, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }
}
