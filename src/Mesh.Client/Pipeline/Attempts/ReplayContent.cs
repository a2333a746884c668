using System.Net;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Streams;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Stands in for a request body that may be readable only once, and keeps a copy of its first bytes while they are sent, so that a short one can be sent again.</summary>
/// <remarks>Nothing is held back: the copy is made in passing, so a stream stays a stream.</remarks>
internal sealed class ReplayContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly int _limit;

    // Written by the one who sends; read after the attempt has ended.
    private volatile Progress _progress;
    private MemoryStream? _copy;

    /// <param name="inner">The application's; not disposed here.</param>
    /// <param name="limit">Bytes that are kept at most.</param>
    public ReplayContent(HttpContent inner, int limit)
    {
        (_inner, _limit) = (inner, limit);
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    private enum Progress
    {
        Untouched,
        Sending,
        Kept,
        Lost,
    }

    public HttpContent Inner => _inner;

    /// <summary>Whether it can be sent again from its beginning: it was not touched, or is kept as a whole.</summary>
    public bool CanReplay => _progress is Progress.Untouched or Progress.Kept || IsWhole(_copy);

    /// <summary>Nobody has begun to send it.</summary>
    public bool IsUntouched => _progress is Progress.Untouched;

    /// <summary>It was sent as a whole, and is kept: it can be sent any number of times at once.</summary>
    public bool IsKept => _progress is Progress.Kept;

    /// <summary>It was sent as a whole, and was too long to be kept.</summary>
    public bool IsLost => _progress is Progress.Lost;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        switch (_progress)
        {
            case Progress.Kept:
            case Progress.Sending when IsWhole(_copy):
                await stream.WriteAsync(_copy!.GetBuffer().AsMemory(0, (int)_copy.Length), cancellationToken).ConfigureAwait(false);
                break;
            case Progress.Untouched:
                _progress = Progress.Sending;
                _copy = new MemoryStream();
                await _inner.CopyToAsync(new CopyingStream(stream, this), context, cancellationToken).ConfigureAwait(false);
                _progress = _copy is null ? Progress.Lost : Progress.Kept;
                break;
            default:
                // The connection itself tries again; whether the body can is for the body to say, as it is without the mesh.
                _copy = null;
                _progress = Progress.Lost;
                await _inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    /// <summary>An answer may come before the sending has ended; with a known length it shows that nothing is missing.</summary>
    private bool IsWhole(MemoryStream? copy) => copy is not null && copy.Length == _inner.Headers.ContentLength;

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_copy is not { } copy)
        {
            return;
        }

        if (copy.Length + bytes.Length > _limit)
        {
            _copy = null;
            return;
        }

        copy.Write(bytes);
    }

    /// <summary>Writes through, and keeps.</summary>
    private sealed class CopyingStream(Stream inner, ReplayContent owner) : WatchedWrites(inner)
    {
        protected override void See(ReadOnlySpan<byte> piece) => owner.Keep(piece);
    }
}
