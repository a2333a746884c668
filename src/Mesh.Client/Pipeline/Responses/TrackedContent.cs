using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Stands in for the content of a response whose end matters; the headers are the original's.</summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ResponseTail _tail;

    public TrackedContent(HttpContent inner, ResponseTail tail)
    {
        (_inner, _tail) = (inner, tail);
        HeaderCopy.Copy(inner.Headers, Headers);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        IsOwnBuffer(stream) ? BufferAsync(stream, context, cancellationToken) : CopyAsync(stream, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Track(_inner.ReadAsStream(cancellationToken));

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Track(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

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
            _tail.End();
        }

        base.Dispose(disposing);
    }

    // What HttpClient and LoadIntoBufferAsync write to: it can only be full, so any other failure is one of the body.
    private static bool IsOwnBuffer(Stream stream) => stream.GetType().Assembly == typeof(HttpContent).Assembly;

    /// <summary>Straight from the connection: a stream between would cost more than the rest of tracking.</summary>
    private Task BufferAsync(Stream buffer, TransportContext? context, CancellationToken cancellationToken)
    {
        var copy = _inner.CopyToAsync(buffer, context, cancellationToken);
        if (!copy.IsCompletedSuccessfully)
        {
            return EndAsync(copy, buffer, cancellationToken);
        }

        // A short body mostly comes with its headers: there is nothing left that the deadline could cut.
        _tail.Count(buffer.Length);
        _tail.End();
        return Task.CompletedTask;
    }

    private async Task EndAsync(Task copy, Stream buffer, CancellationToken cancellationToken)
    {
        _tail.Watch(_inner);
        try
        {
            await copy.ConfigureAwait(false);
            _tail.Count(buffer.Length);
        }
        catch (Exception exception) when (IsOfCaller(exception, cancellationToken))
        {
            _tail.End();
            throw;
        }
        catch (Exception exception)
        {
            var explained = _tail.Break(exception);
            if (ReferenceEquals(explained, exception))
            {
                throw;
            }

            if (explained is not null)
            {
                throw explained;
            }
        }

        _tail.End();
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOfCaller(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => cancellationToken.IsCancellationRequested,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => true,
        _ => false,
    };

    private TrackedStream Track(Stream body)
    {
        _tail.Watch(body);
        return new TrackedStream(body, _tail);
    }
}
