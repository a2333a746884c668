using System.Diagnostics;

namespace Mesh.Client.Propagation.Traces;

/// <summary>Reads the hexadecimal ids of traces and spans without trust in who wrote them.</summary>
internal static class TraceId
{
    public const int SpanLength = 16;
    public const int TraceLength = 32;

    /// <summary>32 or 16 digits, the latter the lower half (B3); false for anything else, and for zero.</summary>
    public static bool TryParseTrace(ReadOnlySpan<char> text, out ActivityTraceId id)
    {
        id = default;
        if (text.Length is not (TraceLength or SpanLength) || !IsId(text))
        {
            return false;
        }

        Span<char> lower = stackalloc char[TraceLength];
        lower.Fill('0');
        text.ToLowerInvariant(lower[(TraceLength - text.Length)..]);
        id = ActivityTraceId.CreateFromString(lower);
        return true;
    }

    /// <summary>16 digits; false for anything else, and for zero.</summary>
    public static bool TryParseSpan(ReadOnlySpan<char> text, out ActivitySpanId id)
    {
        id = default;
        if (text.Length != SpanLength || !IsId(text))
        {
            return false;
        }

        Span<char> lower = stackalloc char[SpanLength];
        text.ToLowerInvariant(lower);
        id = ActivitySpanId.CreateFromString(lower);
        return true;
    }

    // All zeros mean that there is none, in W3C Trace Context and in B3.
    private static bool IsId(ReadOnlySpan<char> text)
    {
        var isZero = true;
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }

            isZero &= digit == '0';
        }

        return !isZero;
    }
}
