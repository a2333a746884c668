using System.Buffers;
using System.Text;

namespace Mesh.Protocol.Grpc.Metadata;

/// <summary>The percent-encoding of <c>grpc-message</c>: UTF-8 bytes outside 0x20 to 0x7E, and the percent sign.</summary>
internal static class PercentEncoding
{
    /// <summary>Longest text that is sent: peers refuse trailers of more than 8 KiB by default, all of them together.</summary>
    public const int MaxEncodedLength = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Encodes and cuts at <see cref="MaxEncodedLength"/>, never inside a character.</summary>
    public static string Encode(string text)
    {
        if (text.Length <= MaxEncodedLength && !text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var plain = rune.IsBmp && Plain.Contains((char)rune.Value);
            var length = plain ? 1 : 3 * rune.EncodeToUtf8(utf8);
            if (result.Length + length > MaxEncodedLength)
            {
                break;
            }

            if (plain)
            {
                result.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..(length / 3)])
            {
                result.Append('%').Append(HexDigit(octet >> 4)).Append(HexDigit(octet & 0xF));
            }
        }

        return result.ToString();
    }

    /// <summary>Decodes; sequences that are no encoding stay as they are, for a status text must never be lost.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        var octets = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] == '%' && i + 2 < octets.Length && TryHex(octets[i + 1], out var high) && TryHex(octets[i + 2], out var low))
            {
                octets[length++] = (byte)((high << 4) | low);
                i += 2;
                continue;
            }

            octets[length++] = octets[i];
        }

        return Encoding.UTF8.GetString(octets, 0, length);
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static bool TryHex(byte digit, out int value)
    {
        value = (char)digit switch
        {
            >= '0' and <= '9' => digit - '0',
            >= 'a' and <= 'f' => digit - 'a' + 10,
            >= 'A' and <= 'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
