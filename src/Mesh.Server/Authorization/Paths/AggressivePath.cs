using System.Text;

namespace Mesh.Server.Authorization.Paths;

/// <summary>Reads a path as the most obliging server would: everything decoded, every slash a slash.</summary>
internal static class AggressivePath
{
    // A path that is escaped more often is no mistake of anyone; what is left then is compared as it stands.
    private const int MaxRounds = 4;

    /// <summary>Percent escapes decoded until none is left, overlong UTF-8 taken for what it stands for.</summary>
    public static string Decode(string path)
    {
        for (var round = 0; round < MaxRounds && path.Contains('%'); round++)
        {
            var decoded = DecodeOnce(path);
            if (decoded == path)
            {
                break;
            }

            path = decoded;
        }

        return path;
    }

    /// <summary>Backslashes are slashes, several slashes are one, dot segments are gone, as is all from a NUL or a fragment on.</summary>
    /// <param name="path">Decoded.</param>
    /// <param name="keepsParameters">Whether <c>;v=1</c> stays a part of its segment.</param>
    public static string Normalize(string path, bool keepsParameters)
    {
        var end = path.AsSpan().IndexOfAny('\0', '#');
        var text = (end < 0 ? path : path[..end]).Replace('\\', '/');
        var segments = new List<string>();
        foreach (var part in text.Split('/'))
        {
            var semicolon = part.IndexOf(';');
            var segment = keepsParameters || semicolon < 0 ? part : part[..semicolon];
            if (segment is "" or ".")
            {
                continue;
            }

            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        return '/' + string.Join('/', segments);
    }

    private static string DecodeOnce(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEscape = bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[length++] = isEscape ? (byte)((Hex(bytes[i + 1]) << 4) | Hex(bytes[i + 2])) : bytes[i];
            i += isEscape ? 2 : 0;
        }

        return Encoding.UTF8.GetString(Shorten(bytes.AsSpan(0, length)));
    }

    /// <summary>Overlong forms of ASCII (0xC0 0xAF for a slash): no decoder may take them, and some do.</summary>
    private static ReadOnlySpan<byte> Shorten(Span<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var left = bytes.Length - i;
            if (bytes[i] is 0xC0 or 0xC1 && left > 1)
            {
                bytes[length++] = (byte)(((bytes[i] & 0x03) << 6) | (bytes[i + 1] & 0x3F));
                i += 1;
            }
            else if (bytes[i] == 0xE0 && left > 2 && bytes[i + 1] is 0x80 or 0x81)
            {
                bytes[length++] = (byte)(((bytes[i + 1] & 0x01) << 6) | (bytes[i + 2] & 0x3F));
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return bytes[..length];
    }

    private static int Hex(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
