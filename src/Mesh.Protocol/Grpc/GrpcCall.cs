using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Mesh.Protocol.Grpc.Framing;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Grpc;

/// <summary>One call on the client's side; one task may write while another reads.</summary>
/// <remarks>When the caller's token ends the call, <see cref="OperationCanceledException"/> is thrown; every other end is a <see cref="GrpcException"/>.</remarks>
internal sealed class GrpcCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    // Idle streams live for hours: a zero-byte read waits without holding a buffer.
    private static readonly StreamPipeReaderOptions BodyOptions = new(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true);

    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly GrpcChannel _channel;
    private readonly CancellationToken _callerToken;
    private readonly CallDeadline? _deadline;
    private readonly int? _bulkField;
    private readonly CancellationTokenSource _lifetime;
    private readonly CancellationToken _ended;
    private readonly RequestStreamContent _content = new();
    private readonly TaskCompletionSource<HttpResponseHeaders> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<HttpResponseMessage> _response = Task.FromException<HttpResponseMessage>(new InvalidOperationException("Not sent."));

    // Owned by the reading task.
    private PipeReader? _body;
    private MessageReader<TResponse>? _reader;

    // Written by the reading task, seen by writers.
    private volatile Exception? _end;
    private volatile bool _endedOk;
    private volatile bool _disposed;

    internal GrpcCall(GrpcMethod<TRequest, TResponse> method, GrpcChannel channel, GrpcCallOptions? options, CancellationToken cancellationToken)
    {
        _method = method;
        _channel = channel;
        _callerToken = cancellationToken;
        _bulkField = options?.BulkField;
        _deadline = options?.Timeout is { } limit ? new CallDeadline(limit, channel.Options.TimeProvider) : null;
        _lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline?.Token ?? CancellationToken.None);
        _ended = _lifetime.Token;
        _ended.UnsafeRegister(static state => ((GrpcCall<TRequest, TResponse>)state!).Abort(), this);
    }

    /// <summary>The headers of the response, as soon as the server has sent them; fails as the call fails.</summary>
    public Task<HttpResponseHeaders> ResponseHeadersAsync => _headers.Task;

    /// <summary>The trailers, once the call has ended; in a trailers-only response they are the headers.</summary>
    public HttpResponseHeaders? Trailers { get; private set; }

    /// <summary>The length of the message read last when it was over the limit, so that it lacks its bulk (<see cref="GrpcCallOptions.BulkField"/>); otherwise null.</summary>
    public uint? OversizedLength => _reader?.OversizedLength;

    /// <summary>Sends a message and waits until flow control has let it out; cancelling inside a message ends the call.</summary>
    public async ValueTask WriteAsync(TRequest message, CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        using var frame = new PooledBufferWriter();
        MessageFrame.Write(message, frame, _channel.Options.MaxSendMessageSize);
        await SendAsync(frame.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Half-closes: the server learns that no more messages come.</summary>
    public ValueTask CompleteAsync()
    {
        _content.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>The next message; null when the call ended with OK, <see cref="GrpcException"/> for any other end. Cancelling ends only the wait.</summary>
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_end is { } end)
        {
            throw end;
        }

        if (_endedOk)
        {
            return null;
        }

        try
        {
            var response = await _response.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_reader is null && !await TryOpenAsync(response).ConfigureAwait(false))
            {
                return null;
            }

            return await _reader!.ReadAsync(cancellationToken).ConfigureAwait(false) ?? await EndAsync(response).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !_lifetime.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            throw await FailAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Cancels the call unless it has ended (RST_STREAM), and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _lifetime.CancelAsync().ConfigureAwait(false);
        _content.End();
        await ((Task)_response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort();
        _lifetime.Dispose();
        _deadline?.Dispose();
    }

    internal void Send(HttpMessageInvoker invoker, HttpRequestMessage request) => _response = SendRequestAsync(invoker, request);

    /// <summary>Sends the one frame of a unary call; a failure shows in the read.</summary>
    internal async Task SendOnlyAsync(ReadOnlyMemory<byte> frame)
    {
        await SendAsync(frame, CancellationToken.None).ConfigureAwait(false);
        _content.Complete();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        // A write that waits for flow control must end with the call: a reset that comes at the wrong moment does not wake it.
        using var either = cancellationToken.CanBeCanceled && cancellationToken != _callerToken
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended)
            : null;
        var token = either?.Token ?? _ended;
        try
        {
            var stream = await _content.Stream.WaitAsync(token).ConfigureAwait(false);
            await stream.WriteAsync(frame, token).ConfigureAwait(false);
            await stream.FlushAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Half a message may be out: what follows could not be understood.
            await _lifetime.CancelAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            ThrowIfEnded();
            throw Classify(exception);
        }
    }

    private async Task<HttpResponseMessage> SendRequestAsync(HttpMessageInvoker invoker, HttpRequestMessage request)
    {
        request.Content = _content;
        try
        {
            var response = await invoker.SendAsync(request, _lifetime.Token).ConfigureAwait(false);
            _headers.TrySetResult(response.Headers);
            if (_lifetime.IsCancellationRequested)
            {
                response.Dispose();
            }

            return response;
        }
        catch (Exception exception)
        {
            var failure = Classify(exception);
            _headers.TrySetException(failure);
            _ = _headers.Task.Exception; // seen: nobody need await it
            _content.Fail(failure);
            throw;
        }
    }

    /// <summary>Opens the body; false when the call has ended with OK and without a message.</summary>
    private async ValueTask<bool> TryOpenAsync(HttpResponseMessage response)
    {
        if (GrpcStatus.Read(response.Headers) is { } status)
        {
            await FinishAsync(status, response.Headers).ConfigureAwait(false);
            return false;
        }

        var fields = response.Content.Headers.NonValidated;
        var contentType = fields.TryGetValues("content-type", out var types) ? types.ToString() : null;
        if (response.StatusCode != HttpStatusCode.OK || !MetadataNames.IsGrpcProto(contentType))
        {
            throw new GrpcException(
                GrpcStatusMapping.FromHttpStatus(response.StatusCode),
                $"{_channel.Address} answered {_method.Path} with HTTP {(int)response.StatusCode} and content-type '{contentType}'; "
                + $"expected 200 and {MetadataNames.ContentType}. Is it a gRPC server?");
        }

        var encoding = response.Headers.NonValidated.TryGetValues(MetadataNames.Encoding, out var encodings) ? encodings.ToString() : null;
        _body = PipeReader.Create(await response.Content.ReadAsStreamAsync(_lifetime.Token).ConfigureAwait(false), BodyOptions);
        _reader = new MessageReader<TResponse>(_body, _method.ResponseParser, encoding, _channel.Options.MaxReceiveMessageSize, _bulkField);
        return true;
    }

    private async ValueTask<TResponse?> EndAsync(HttpResponseMessage response)
    {
        var status = GrpcStatus.Read(response.TrailingHeaders)
            ?? new GrpcStatus(GrpcStatusCode.Unknown, $"{_channel.Address} ended {_method.Path} without grpc-status.");
        await FinishAsync(status, response.TrailingHeaders).ConfigureAwait(false);
        return null;
    }

    private async ValueTask FinishAsync(GrpcStatus status, HttpResponseHeaders trailers)
    {
        Trailers = trailers;
        if (status.Code != GrpcStatusCode.Ok)
        {
            throw status.ToException();
        }

        _endedOk = true;
        _content.End();
        await FreeBodyAsync().ConfigureAwait(false);
    }

    private async ValueTask<Exception> FailAsync(Exception exception)
    {
        var end = Classify(exception);
        if (_response.IsCompletedSuccessfully
            && exception is GrpcException { Code: GrpcStatusCode.Internal }
            && GrpcStatus.Read((await _response.ConfigureAwait(false)).TrailingHeaders) is { Code: not GrpcStatusCode.Ok } status)
        {
            // A body cut off inside a message: the status that the server gave is the better reason.
            end = status.ToException(exception);
        }

        _end = end;
        await FreeBodyAsync().ConfigureAwait(false);
        if (!_disposed)
        {
            await _lifetime.CancelAsync().ConfigureAwait(false);
        }

        _content.End();
        return end;
    }

    private Exception Classify(Exception exception)
    {
        if (exception is GrpcException)
        {
            return exception;
        }

        if (_callerToken.IsCancellationRequested)
        {
            return new OperationCanceledException($"The call of {_method.Path} was cancelled by its caller.", exception, _callerToken);
        }

        if (_deadline is { HasPassed: true })
        {
            return _deadline.ToException(_method.Path, exception);
        }

        return _disposed
            ? new GrpcException(GrpcStatusCode.Cancelled, $"The call of {_method.Path} was disposed.", exception)
            : GrpcStatusMapping.FromException(exception, _channel.Address).ToException(exception);
    }

    private void ThrowIfEnded()
    {
        if (_end is { } end)
        {
            throw end;
        }

        if (_endedOk)
        {
            throw new GrpcException(GrpcStatusCode.Cancelled, $"The server ended {_method.Path} with OK before this message was sent.");
        }
    }

    private ValueTask FreeBodyAsync() => _body?.CompleteAsync() ?? ValueTask.CompletedTask;

    /// <summary>Resets the stream unless it is complete; a waiting read fails and finds the reason.</summary>
    private void Abort()
    {
        if (_response.IsCompletedSuccessfully)
        {
            _response.Result.Dispose();
        }
    }
}
