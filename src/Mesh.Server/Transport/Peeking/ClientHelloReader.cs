using System.Buffers;
using System.Buffers.Binary;

namespace Mesh.Server.Transport.Peeking;

/// <summary>Reads the ClientHello at the start of a connection (RFC 8446 4.1.2, RFC 5246 7.4.1.2) out of the records that carry it.</summary>
internal static class ClientHelloReader
{
    /// <summary>Of the message; key shares for post-quantum groups make it some kilobytes long.</summary>
    public const int MaxLength = 16 * 1024;

    // Records may be as short as one byte, but nobody has a reason to send a hello so.
    private const int MaxReceived = 2 * MaxLength;
    private const int RecordHeaderLength = 5;
    private const int MessageHeaderLength = 4;
    private const byte HandshakeRecord = 22;
    private const byte MajorVersion = 3;
    private const byte ClientHelloMessage = 1;

    /// <summary>Whether what was received can be the start of TLS; asked when there is a byte.</summary>
    public static bool IsTls(byte first) => first == HandshakeRecord;

    /// <param name="received">From the first byte of the connection on.</param>
    /// <param name="needed">How many bytes there must be before reading again makes sense.</param>
    /// <param name="hello">What a complete one says.</param>
    public static HelloOutcome Read(in ReadOnlySequence<byte> received, out int needed, out ClientHello hello)
    {
        if (received.IsSingleSegment)
        {
            return Read(received.FirstSpan, out needed, out hello);
        }

        var length = (int)Math.Min(received.Length, MaxReceived);
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            received.Slice(0, length).CopyTo(copy);
            return Read(copy.AsSpan(0, length), out needed, out hello);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public static HelloOutcome Read(ReadOnlySpan<byte> received, out int needed, out ClientHello hello)
    {
        hello = default;
        var outcome = FindRecord(received, out var fragment, out needed);
        if (outcome is not HelloOutcome.Complete)
        {
            return outcome;
        }

        outcome = FindMessage(fragment, out var length);
        if (outcome is HelloOutcome.Complete)
        {
            return ClientHelloBody.Read(fragment.Slice(MessageHeaderLength, length), out hello) ? HelloOutcome.Complete : HelloOutcome.Malformed;
        }

        return outcome is HelloOutcome.Malformed ? outcome : ReadFragmented(received, out needed, out hello);
    }

    /// <summary>The message in several records: rare, and put together in a buffer of its own.</summary>
    private static HelloOutcome ReadFragmented(ReadOnlySpan<byte> received, out int needed, out ClientHello hello)
    {
        hello = default;
        var buffer = ArrayPool<byte>.Shared.Rent(MessageHeaderLength + MaxLength);
        try
        {
            var (offset, length) = (0, 0);
            while (true)
            {
                var outcome = FindRecord(received[offset..], out var fragment, out needed);
                needed += offset;
                if (outcome is not HelloOutcome.Complete)
                {
                    return needed > MaxReceived ? HelloOutcome.Malformed : outcome;
                }

                // What follows the message in its last record is not looked at.
                var taken = Math.Min(fragment.Length, MessageHeaderLength + MaxLength - length);
                fragment[..taken].CopyTo(buffer.AsSpan(length));
                length += taken;
                offset += RecordHeaderLength + fragment.Length;
                outcome = FindMessage(buffer.AsSpan(0, length), out var body);
                if (outcome is HelloOutcome.Complete)
                {
                    return ClientHelloBody.Read(buffer.AsSpan(MessageHeaderLength, body), out hello) ? HelloOutcome.Complete : HelloOutcome.Malformed;
                }

                if (outcome is HelloOutcome.Malformed)
                {
                    return outcome;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The content of the first record.</summary>
    private static HelloOutcome FindRecord(ReadOnlySpan<byte> received, out ReadOnlySpan<byte> fragment, out int needed)
    {
        fragment = default;
        needed = RecordHeaderLength;
        if (received is [not HandshakeRecord, ..] or [_, not MajorVersion, ..])
        {
            return HelloOutcome.Malformed;
        }

        if (received.Length < RecordHeaderLength)
        {
            return HelloOutcome.Incomplete;
        }

        // An empty fragment of a handshake is forbidden (RFC 8446 5.1), and would let a peer go on for ever.
        var length = BinaryPrimitives.ReadUInt16BigEndian(received[3..]);
        if (length is 0 or > MaxLength)
        {
            return HelloOutcome.Malformed;
        }

        needed = RecordHeaderLength + length;
        if (received.Length < needed)
        {
            return HelloOutcome.Incomplete;
        }

        fragment = received.Slice(RecordHeaderLength, length);
        return HelloOutcome.Complete;
    }

    /// <summary>Whether the whole message is there, and the length of its body.</summary>
    private static HelloOutcome FindMessage(ReadOnlySpan<byte> handshake, out int length)
    {
        length = 0;
        if (handshake is [not ClientHelloMessage, ..])
        {
            return HelloOutcome.Malformed;
        }

        if (handshake.Length < MessageHeaderLength)
        {
            return HelloOutcome.Incomplete;
        }

        length = (handshake[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(handshake[2..]);
        return length > MaxLength ? HelloOutcome.Malformed
            : handshake.Length - MessageHeaderLength < length ? HelloOutcome.Incomplete
            : HelloOutcome.Complete;
    }
}
