using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Mesh.Protocol.Grpc.Framing;

/// <summary>The length-prefixed message: one compressed flag, four bytes of length, the message.</summary>
internal static class MessageFrame
{
    public const int HeaderSize = 5;

    /// <summary>Writes a message as an uncompressed frame.</summary>
    public static void Write(IMessage message, IBufferWriter<byte> output, int maxSize)
    {
        var size = message.CalculateSize();
        if (size > maxSize)
        {
            throw new GrpcException(
                GrpcStatusCode.ResourceExhausted,
                $"The message to send has {size} bytes, at most {maxSize} are allowed; raise MaxSendMessageSize or send less.");
        }

        var header = output.GetSpan(HeaderSize);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)size);
        output.Advance(HeaderSize);
        message.WriteTo(output);
    }

    /// <summary>Reads the header of a frame when its bytes are there.</summary>
    public static bool TryReadHeader(ReadOnlySequence<byte> buffer, out byte flag, out uint length)
    {
        flag = 0;
        length = 0;
        if (buffer.Length < HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        flag = header[0];
        length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return true;
    }
}
