using System.Buffers.Text;

namespace Mesh.Protocol.Jwt;

/// <summary>Decodes base64url as JOSE writes it (RFC 7515 2): no padding, no blanks, no other alphabet, and one spelling for every value.</summary>
internal static class Base64UrlText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly System.Buffers.SearchValues<char> Allowed = System.Buffers.SearchValues.Create(Alphabet);

    /// <summary>The bytes; null when the text is not their only spelling.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Allowed) || !EndsInZeroBits(text))
        {
            return null;
        }

        return Base64Url.DecodeFromChars(text);
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The last character of a text that is cut short has bits which stand for nothing: others than zero would be a second spelling.</summary>
    private static bool EndsInZeroBits(ReadOnlySpan<char> text)
    {
        var unused = (text.Length % 4) switch
        {
            2 => 0b1111,
            3 => 0b11,
            _ => 0,
        };
        return unused == 0 || (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & unused) == 0;
    }
}
