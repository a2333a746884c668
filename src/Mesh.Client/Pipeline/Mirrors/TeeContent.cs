using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>A body that is remembered while it is sent, up to a limit; told of once, when it was sent to its end for the first time.</summary>
internal sealed class TeeContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly int _limit;
    private Action<ReadOnlyMemory<byte>?>? _completed;

    /// <param name="inner">The application's.</param>
    /// <param name="limit">In bytes.</param>
    /// <param name="completed">Gets the body, or null when it is too long or broke off.</param>
    public TeeContent(HttpContent inner, int limit, Action<ReadOnlyMemory<byte>?> completed)
    {
        (_inner, _limit, _completed) = (inner, limit, completed);
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var completed = Interlocked.Exchange(ref _completed, null);
        if (completed is null)
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        ReadOnlyMemory<byte>? body = null;
        var tee = new TeeStream(stream, _limit);
        try
        {
            _inner.CopyTo(tee, context, cancellationToken);
            body = tee.Copied;
        }
        finally
        {
            completed(body);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _completed, null) is { } completed
            ? CopyAsync(stream, context, completed, cancellationToken)
            : _inner.CopyToAsync(stream, context, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    private async Task CopyAsync(Stream stream, TransportContext? context, Action<ReadOnlyMemory<byte>?> completed, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? body = null;
        var tee = new TeeStream(stream, _limit);
        try
        {
            await _inner.CopyToAsync(tee, context, cancellationToken).ConfigureAwait(false);
            body = tee.Copied;
        }
        finally
        {
            completed(body);
        }
    }
}
