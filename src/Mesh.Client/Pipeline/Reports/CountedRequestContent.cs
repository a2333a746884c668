using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Stands in for the body of a request that does not say its length, or is gRPC, and counts what of it is sent.</summary>
internal sealed class CountedRequestContent : HttpContent
{
    private readonly bool _isGrpc;
    private CountedRequestStream? _sent;

    public CountedRequestContent(HttpContent inner, bool isGrpc)
    {
        (Inner, _isGrpc) = (inner, isGrpc);
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    public HttpContent Inner { get; }

    /// <summary>Of the last attempt.</summary>
    public long Bytes => _sent?.Bytes ?? 0;

    /// <summary>Of the last attempt.</summary>
    public long Messages => _sent?.Messages ?? 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Inner.CopyToAsync(_sent = new CountedRequestStream(stream, _isGrpc), context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Inner.CopyTo(_sent = new CountedRequestStream(stream, _isGrpc), context, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        // A declared length is among the copied headers and is found there.
        length = 0;
        return false;
    }
}
