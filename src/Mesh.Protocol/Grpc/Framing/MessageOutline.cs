using System.Buffers;
using Google.Protobuf;

namespace Mesh.Protocol.Grpc.Framing;

/// <summary>Reads past a message that is too large to be held, and keeps what says which one it is: its short fields without the bulky one.</summary>
/// <param name="length">Of the message, in bytes.</param>
/// <param name="bulkField">The number of the field that is left out.</param>
internal sealed class MessageOutline(uint length, int bulkField)
{
    // For names and versions. What does not fit is left out as well.
    private const int MaxKept = 64 * 1024;
    private const int MaxVarintLength = 10;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private long _rest = length;
    private long _skip;

    /// <summary>Of the whole message, in bytes.</summary>
    public uint Length => length;

    /// <summary>The fields that were kept; they are a message themselves.</summary>
    public ReadOnlyMemory<byte> Kept => _kept.WrittenMemory;

    /// <summary>Takes off the buffer what it can; true when the message is over. What is left before that is the beginning of a field.</summary>
    /// <exception cref="GrpcException">It is no message.</exception>
    public bool TryFinish(ref ReadOnlySequence<byte> buffer)
    {
        do
        {
            var skipped = Math.Min(_skip, buffer.Length);
            buffer = buffer.Slice(skipped);
            (_skip, _rest) = (_skip - skipped, _rest - skipped);
        }
        while (_skip == 0 && _rest > 0 && TryTakeField(ref buffer));
        return _rest == 0;
    }

    private bool TryTakeField(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer.Slice(0, Math.Min(buffer.Length, _rest)));
        ulong size = 0;
        if (!TryReadVarint(ref reader, out var tag) || !TryReadSize(ref reader, (uint)tag, ref size))
        {
            return reader.Length < _rest && reader.Length < 2 * MaxVarintLength ? false : throw Malformed();
        }

        var field = reader.Consumed + (long)Math.Min(size, uint.MaxValue);
        if (field > _rest)
        {
            throw Malformed();
        }

        if (WireFormat.GetTagFieldNumber((uint)tag) == bulkField || field > MaxKept - _kept.WrittenCount)
        {
            _skip = field;
            return true;
        }

        if (field > buffer.Length)
        {
            return false;
        }

        foreach (var segment in buffer.Slice(0, field))
        {
            _kept.Write(segment.Span);
        }

        buffer = buffer.Slice(field);
        _rest -= field;
        return true;
    }

    /// <summary>How many bytes of a field follow what the reader has passed.</summary>
    private static bool TryReadSize(ref SequenceReader<byte> reader, uint tag, ref ulong size)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint:
                return TryReadVarint(ref reader, out _);
            case WireFormat.WireType.LengthDelimited:
                return TryReadVarint(ref reader, out size);
            case WireFormat.WireType.Fixed32:
                size = sizeof(uint);
                return true;
            case WireFormat.WireType.Fixed64:
                size = sizeof(ulong);
                return true;
            default:
                throw Malformed();
        }
    }

    private static bool TryReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (var index = 0; index < MaxVarintLength && reader.TryRead(out var part); index++)
        {
            value |= (ulong)(part & 0x7F) << (7 * index);
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static GrpcException Malformed() => new(GrpcStatusCode.Internal, "A message that is over the size limit is no message either: one of its fields does not end within it.");
}
