using System.Net;

namespace Mesh.Client.Transport.Counted;

/// <summary>Stands in for the content of a response until whose end the connection is held; the headers are the original's.</summary>
internal sealed class CountedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ConnectionLease _lease;

    private CountedContent(HttpContent inner, ConnectionLease lease)
    {
        (_inner, _lease) = (inner, lease);
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    public static HttpResponseMessage Attach(HttpResponseMessage response, ConnectionLease lease)
    {
        if (HasNoBody(response))
        {
            lease.End();
        }
        else
        {
            response.Content = new CountedContent(response.Content, lease);
        }

        return response;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new CountedBody(_inner.ReadAsStream(cancellationToken), _lease);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new CountedBody(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _lease);

    protected override bool TryComputeLength(out long length)
    {
        // A declared length is among the copied headers and is found there.
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _lease.End();
        }

        base.Dispose(disposing);
    }

    private static bool HasNoBody(HttpResponseMessage response) =>
        response.StatusCode is not HttpStatusCode.SwitchingProtocols
        && (response.RequestMessage?.Method == HttpMethod.Head
            || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
            || response.Content.Headers.ContentLength == 0);
}
