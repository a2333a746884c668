using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>The question for SRV records and its answer, as they are on the wire (RFC 1035 4, RFC 2782).</summary>
internal static class ServiceRecordMessage
{
    private const int HeaderLength = 12;
    private const int FixedRecordLength = 10;
    private const ushort ServiceType = 33;
    private const ushort InternetClass = 1;
    private const ushort RecursionDesired = 0x0100;
    private const ushort ResponseFlag = 0x8000;
    private const ushort TruncatedFlag = 0x0200;
    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const int MostPointers = 16;

    /// <summary>Records of one answer that are read.</summary>
    private const int MostRecords = 1_000;

    /// <exception cref="FormatException">The name cannot be asked for.</exception>
    public static byte[] Question(ushort id, string name)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (labels.Any(label => label.Length is 0 or > LongestLabel || !Ascii.IsValid(label)) || name.Length > LongestName - 2)
        {
            throw new FormatException($"'{name}' is no DNS name.");
        }

        var message = new byte[HeaderLength + labels.Sum(label => label.Length + 1) + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        var place = HeaderLength;
        foreach (var label in labels)
        {
            message[place++] = (byte)label.Length;
            place += Encoding.ASCII.GetBytes(label, message.AsSpan(place));
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(place + 1), ServiceType);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(place + 3), InternetClass);
        return message;
    }

    /// <summary>Whether a datagram answers a question, and not one of somebody who guesses.</summary>
    public static bool Answers(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question) =>
        answer.Length >= question.Length
        && answer[..2].SequenceEqual(question[..2])
        && (BinaryPrimitives.ReadUInt16BigEndian(answer[2..]) & ResponseFlag) != 0
        && Ascii.EqualsIgnoreCase(answer[HeaderLength..question.Length], question[HeaderLength..]);

    public static bool IsTruncated(ReadOnlySpan<byte> answer) => (BinaryPrimitives.ReadUInt16BigEndian(answer[2..]) & TruncatedFlag) != 0;

    /// <summary>The SRV records of an answer.</summary>
    /// <exception cref="FormatException">It is malformed, or an error of the server.</exception>
    public static ImmutableArray<ServiceRecord> Read(ReadOnlySpan<byte> answer, int questionLength)
    {
        var code = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]) & 0xF;
        if (code != 0)
        {
            throw new FormatException($"The DNS server answered {CodeName(code)}.");
        }

        var count = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(answer[6..]), MostRecords);
        var records = ImmutableArray.CreateBuilder<ServiceRecord>();
        var place = questionLength;
        try
        {
            for (var index = 0; index < count; index++)
            {
                place = ReadName(answer, place, null);
                var type = BinaryPrimitives.ReadUInt16BigEndian(answer[place..]);
                var ttl = BinaryPrimitives.ReadUInt32BigEndian(answer[(place + 4)..]);
                var length = BinaryPrimitives.ReadUInt16BigEndian(answer[(place + 8)..]);
                place += FixedRecordLength;
                if (type == ServiceType)
                {
                    records.Add(ReadRecord(answer, place, ttl));
                }

                place += length;
            }
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new FormatException("The DNS server's answer ends too early.", exception);
        }

        return records.ToImmutable();
    }

    private static ServiceRecord ReadRecord(ReadOnlySpan<byte> answer, int place, uint ttl)
    {
        var target = new StringBuilder();
        ReadName(answer, place + 6, target);
        return new ServiceRecord(
            BinaryPrimitives.ReadUInt16BigEndian(answer[place..]),
            BinaryPrimitives.ReadUInt16BigEndian(answer[(place + 2)..]),
            BinaryPrimitives.ReadUInt16BigEndian(answer[(place + 4)..]),
            target.ToString(),
            ttl);
    }

    /// <summary>Reads a name, and returns where the message goes on.</summary>
    private static int ReadName(ReadOnlySpan<byte> message, int place, StringBuilder? name)
    {
        var (end, pointers) = (-1, 0);
        while (true)
        {
            var length = message[place..][0];
            if (length == 0)
            {
                return end < 0 ? place + 1 : end;
            }

            if ((length & 0xC0) == 0xC0)
            {
                // A name that points to itself would never end.
                if (++pointers > MostPointers)
                {
                    throw new FormatException("A name in the DNS server's answer points in a circle.");
                }

                end = end < 0 ? place + 2 : end;
                place = BinaryPrimitives.ReadUInt16BigEndian(message[place..]) & 0x3FFF;
                continue;
            }

            if ((length & 0xC0) != 0 || name?.Length > LongestName)
            {
                throw new FormatException("A name in the DNS server's answer is malformed.");
            }

            name?.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(place + 1, length)));
            place += length + 1;
        }
    }

    private static string CodeName(int code) => code switch
    {
        1 => "FORMERR (it does not understand the question)",
        2 => "SERVFAIL (it could not find out)",
        3 => "NXDOMAIN (no such name)",
        5 => "REFUSED",
        _ => $"code {code}",
    };
}
