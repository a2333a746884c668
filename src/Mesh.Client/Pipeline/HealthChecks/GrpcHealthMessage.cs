using System.Buffers.Binary;
using System.Text;

namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>The two messages of <c>grpc.health.v1</c>, in gRPC's framing: one string field there, one enum field back.</summary>
internal static class GrpcHealthMessage
{
    /// <summary><c>HealthCheckResponse.ServingStatus.SERVING</c>.</summary>
    public const int Serving = 1;

    private const int PrefixLength = 5;
    private const byte FirstFieldText = 1 << 3 | 2;

    /// <summary>A framed <c>HealthCheckRequest</c>.</summary>
    public static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        using var frame = new MemoryStream();
        frame.Write(stackalloc byte[PrefixLength]);
        if (name.Length > 0)
        {
            frame.WriteByte(FirstFieldText);
            WriteVarint(frame, (uint)name.Length);
            frame.Write(name);
        }

        var bytes = frame.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - PrefixLength);
        return bytes;
    }

    /// <summary>The status of a framed <c>HealthCheckResponse</c>; null when it is none.</summary>
    public static int? ReadStatus(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < PrefixLength || frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - PrefixLength)
        {
            return null;
        }

        var message = frame[PrefixLength..];
        var status = 0;
        while (message.Length > 0)
        {
            if (ReadVarint(ref message) is not { } tag || ReadField(tag, ref message) is not { } value)
            {
                return null;
            }

            status = tag == 1 << 3 ? (int)value : status;
        }

        return status;
    }

    // The value of a varint; 0 for fields of other types, which are skipped: later versions may have more of them.
    private static ulong? ReadField(ulong tag, ref ReadOnlySpan<byte> message)
    {
        var length = (tag & 7) switch
        {
            0 => 0ul,
            1 => 8ul,
            2 => ReadVarint(ref message),
            5 => 4ul,
            _ => null,
        };
        if (length is null || length > (ulong)message.Length)
        {
            return null;
        }

        if ((tag & 7) == 0)
        {
            return ReadVarint(ref message);
        }

        message = message[(int)length..];
        return 0;
    }

    private static ulong? ReadVarint(ref ReadOnlySpan<byte> message)
    {
        var value = 0ul;
        for (var index = 0; index < message.Length && index < 10; index++)
        {
            value |= (ulong)(message[index] & 0x7f) << (7 * index);
            if (message[index] < 0x80)
            {
                message = message[(index + 1)..];
                return value;
            }
        }

        return null;
    }

    private static void WriteVarint(MemoryStream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
