using Google.Protobuf;
using Mesh.Protocol.Grpc.Framing;
using Mesh.Protocol.Grpc.Metadata;
using Microsoft.AspNetCore.Http;

namespace Mesh.Protocol.Grpc;

/// <summary>One call on the server's side; one task may write while another reads.</summary>
internal sealed class GrpcServerCall<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly MessageReader<TRequest> _reader;
    private readonly GrpcServerOptions _options;

    internal GrpcServerCall(
        HttpContext context, MessageParser<TRequest> parser, GrpcServerOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        HttpContext = context;
        Timeout = timeout;
        CancellationToken = cancellationToken;
        _options = options;
        _reader = new MessageReader<TRequest>(
            context.Request.BodyReader, parser, context.Request.Headers[MetadataNames.Encoding], options.MaxReceiveMessageSize);
    }

    public HttpContext HttpContext { get; }

    /// <summary>Fires when the client is gone or the deadline has passed; reads and writes end then by themselves.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The time that the client gives the call, as it was when the call arrived.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Whether the request body ended without its end.</summary>
    internal bool IsClientGone { get; private set; }

    public IHeaderDictionary RequestHeaders => HttpContext.Request.Headers;

    /// <summary>Metadata to send before the first message.</summary>
    public IHeaderDictionary ResponseHeaders => HttpContext.Response.Headers;

    /// <summary>Metadata to send with the status.</summary>
    public IHeaderDictionary ResponseTrailers { get; } = new HeaderDictionary();

    /// <summary>The next message; null when the client has half-closed. Cancelling ends only the wait.</summary>
    public async ValueTask<TRequest?> ReadAsync(CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        try
        {
            return await _reader.ReadAsync(linked?.Token ?? CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            throw new OperationCanceledException("The client is gone or the deadline has passed.", exception, CancellationToken);
        }
    }

    /// <summary>Sends a message; completes when the response buffer has room, which a client that does not read makes wait.</summary>
    public async ValueTask WriteAsync(TResponse message, CancellationToken cancellationToken = default)
    {
        CancellationToken.ThrowIfCancellationRequested();
        var body = HttpContext.Response.BodyWriter;
        MessageFrame.Write(message, body, _options.MaxSendMessageSize);
        using var linked = Link(cancellationToken);
        await body.FlushAsync(linked?.Token ?? CancellationToken).ConfigureAwait(false);
        CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Sends the response headers now, for a client that waits for them before it speaks.</summary>
    public Task SendHeadersAsync() => HttpContext.Response.BodyWriter.FlushAsync(CancellationToken).AsTask();

    /// <summary>A wait ends with the call, whatever token it is given; null when the call's own token is enough.</summary>
    private CancellationTokenSource? Link(CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled && cancellationToken != CancellationToken
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, CancellationToken)
            : null;

    private bool IsEnd(Exception exception)
    {
        // Kestrel fails the body first and cancels RequestAborted on another thread later.
        IsClientGone |= exception is IOException;
        return IsClientGone || (exception is OperationCanceledException && CancellationToken.IsCancellationRequested);
    }
}
