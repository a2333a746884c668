using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Reads the value of <c>Content-Length</c> as RFC 9110 8.6 has it, digits alone; anything else becomes a text that is no number, and Kestrel refuses the request.</summary>
/// <remarks>
/// Kestrel takes <c>+3</c> for 3 and shows nobody what was written: what stands before or behind the gateway may take it for something else. The encoding of a header is the one place
/// where its bytes can be judged before they are a number.
/// </remarks>
internal sealed class DigitsEncoding : Encoding
{
    /// <summary>Of <see cref="long.MaxValue"/>.</summary>
    private const int MostDigits = 19;

    private const char NoNumber = 'x';

    private static readonly DigitsEncoding Instance = new();

    /// <summary>How Kestrel is to read headers: lengths by this, others as was said before.</summary>
    public static Func<string, Encoding?> Before(Func<string, Encoding?> others) =>
        name => name == HeaderNames.ContentLength ? Instance : others(name);

    public override int GetCharCount(byte[] bytes, int index, int count) => CountOf(bytes.AsSpan(index, count));

    public override int GetCharCount(ReadOnlySpan<byte> bytes) => CountOf(bytes);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (!IsNumber(bytes))
        {
            chars[0] = NoNumber;
            return 1;
        }

        for (var index = 0; index < bytes.Length; index++)
        {
            chars[index] = (char)bytes[index];
        }

        return bytes.Length;
    }

    public override int GetMaxCharCount(int byteCount) => Math.Clamp(byteCount, 1, MostDigits);

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => charCount;

    private static int CountOf(ReadOnlySpan<byte> bytes) => IsNumber(bytes) ? bytes.Length : 1;

    private static bool IsNumber(ReadOnlySpan<byte> bytes) => bytes.Length is > 0 and <= MostDigits && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
