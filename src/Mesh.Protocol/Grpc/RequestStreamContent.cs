using System.Net;
using System.Net.Http.Headers;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Grpc;

/// <summary>A request body that stays open: hands its stream to the call and ends when the call half-closes.</summary>
internal sealed class RequestStreamContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcContentType = new(MetadataNames.ContentType);

    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestStreamContent() => Headers.ContentType = GrpcContentType;

    /// <summary>The stream to write to, once the connection is there.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Half-closes the call.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>The call is over, for whatever reason.</summary>
    public void End()
    {
        _completed.TrySetResult();
        _ended.TrySetResult();
    }

    /// <summary>Lets writers fail that wait for a stream that will not come, and ends the body.</summary>
    public void Fail(Exception exception)
    {
        FailWriters(exception);
        End();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var opened = true;
        try
        {
            // Sends the headers now: a server may speak first.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The server may even have answered for good: whoever waits to write must not wait for ever.
            opened = false;
            FailWriters(exception);
        }

        if (opened && !_stream.TrySetResult(stream))
        {
            throw new IOException("The connection was lost before the server took the call, and messages already sent cannot be sent again.");
        }

        // A reset cancels the token; not ending here, not even when all was said before, leaves it to the response to tell why, which would lose a race against this task.
        await _completed.Task.ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            await _ended.Task.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private void FailWriters(Exception exception)
    {
        if (_stream.TrySetException(exception))
        {
            // Seen: perhaps nobody was to write any more.
            _ = _stream.Task.Exception;
        }
    }
}
