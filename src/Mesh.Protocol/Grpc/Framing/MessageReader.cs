using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Mesh.Protocol.Grpc.Framing;

/// <summary>Takes messages one by one off a body, within the size limit, without copying what is not compressed.</summary>
/// <param name="body">The request or response body.</param>
/// <param name="parser">Reads the message.</param>
/// <param name="encoding">The value of <c>grpc-encoding</c>, or null.</param>
/// <param name="maxSize">The largest message in bytes, also after decompression.</param>
/// <param name="bulkField">The field without which a larger one is read nevertheless; null when a larger one is an error.</param>
internal sealed class MessageReader<T>(PipeReader body, MessageParser<T> parser, string? encoding, int maxSize, int? bulkField = null)
    where T : class, IMessage<T>
{
    private const byte CompressedFlag = 1;

    private MessageOutline? _outline;

    /// <summary>The length of the message read last when it was over the limit and read without its bulk; otherwise null.</summary>
    public uint? OversizedLength { get; private set; }

    /// <summary>The next message; null when the body ended between two messages.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (result.IsCanceled)
            {
                body.AdvanceTo(buffer.Start);
                throw new OperationCanceledException("The read was cancelled: the call has ended.");
            }

            T? message;
            try
            {
                message = TryTake(ref buffer);
            }
            catch (GrpcException)
            {
                // The server still drains the body after a failed call: leave no read open.
                body.AdvanceTo(buffer.Start);
                throw;
            }

            if (message is not null)
            {
                body.AdvanceTo(buffer.Start);
                return message;
            }

            // Examined to the end: flow control opens the window for the rest of a message that is larger than the window.
            body.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return buffer.IsEmpty && _outline is null ? null : throw Truncated(buffer.Length);
            }
        }
    }

    private T? TryTake(ref ReadOnlySequence<byte> buffer)
    {
        if (_outline is not null)
        {
            return TryTakeOutline(_outline, ref buffer);
        }

        if (!MessageFrame.TryReadHeader(buffer, out var flag, out var length))
        {
            return null;
        }

        Verify(flag, length);
        if (length > maxSize)
        {
            _outline = flag != CompressedFlag && bulkField is { } bulk ? new MessageOutline(length, bulk) : throw TooLarge(length);
            buffer = buffer.Slice(MessageFrame.HeaderSize);
            return TryTakeOutline(_outline, ref buffer);
        }

        if (buffer.Length < MessageFrame.HeaderSize + (long)length)
        {
            return null;
        }

        var payload = buffer.Slice(MessageFrame.HeaderSize, length);
        var message = Parse(payload, flag == CompressedFlag);
        buffer = buffer.Slice(payload.End);
        OversizedLength = null;
        return message;
    }

    private T? TryTakeOutline(MessageOutline outline, ref ReadOnlySequence<byte> buffer)
    {
        if (!outline.TryFinish(ref buffer))
        {
            return null;
        }

        (_outline, OversizedLength) = (null, outline.Length);
        return Parse(new ReadOnlySequence<byte>(outline.Kept), compressed: false);
    }

    private void Verify(byte flag, uint length)
    {
        if (flag > CompressedFlag)
        {
            throw new GrpcException(
                GrpcStatusCode.Internal, $"A frame starts with the flag {flag}; expected 0 or 1. The peer does not send gRPC frames.");
        }

        if (flag == CompressedFlag && encoding != MessageEncoding.Gzip)
        {
            throw new GrpcException(
                GrpcStatusCode.Internal,
                $"A message is marked as compressed but grpc-encoding is '{encoding ?? "absent"}'; accepted: {MessageEncoding.Accepted}.");
        }
    }

    private T Parse(ReadOnlySequence<byte> payload, bool compressed)
    {
        try
        {
            if (!compressed)
            {
                return parser.ParseFrom(payload);
            }

            using var inflated = new PooledBufferWriter();
            MessageEncoding.Decompress(payload, inflated, maxSize);
            return parser.ParseFrom(inflated.WrittenMemory.Span);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new GrpcException(
                GrpcStatusCode.Internal, $"A message could not be parsed as {typeof(T).Name}: {exception.Message}", exception);
        }
    }

    private GrpcException TooLarge(uint length) => new(
        GrpcStatusCode.ResourceExhausted,
        $"A message of {length} bytes was received, at most {maxSize} are allowed; raise MaxReceiveMessageSize or send less.");

    private static GrpcException Truncated(long rest) =>
        new(GrpcStatusCode.Internal, $"The body ended inside a message, {rest} bytes after its start.");
}
