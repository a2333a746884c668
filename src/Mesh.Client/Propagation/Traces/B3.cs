using System.Diagnostics;

namespace Mesh.Client.Propagation.Traces;

/// <summary>Zipkin's B3 headers (openzipkin/b3-propagation), in one and in several.</summary>
internal static class B3
{
    public const string Single = "b3";
    public const string Trace = "x-b3-traceid";
    public const string Span = "x-b3-spanid";
    public const string Parent = "x-b3-parentspanid";
    public const string Sampled = "x-b3-sampled";
    public const string Flags = "x-b3-flags";

    private const string Debug = "d";

    /// <summary><c>{trace}-{span}</c>, with <c>-{sampled}</c> and <c>-{parent}</c> if known.</summary>
    public static bool TryParse(string? text, out ActivityContext context)
    {
        context = default;
        var rest = text.AsSpan();
        var trace = Next(ref rest);
        var span = Next(ref rest);
        if (!TraceId.TryParseTrace(trace, out var traceId) || !TraceId.TryParseSpan(span, out var spanId))
        {
            return false;
        }

        context = Create(traceId, spanId, Next(ref rest) is "1" or Debug);
        return true;
    }

    /// <summary>Several headers; a debug flag is a decision to sample.</summary>
    public static bool TryParse(string? trace, string? span, string? sampled, string? flags, out ActivityContext context)
    {
        context = default;
        if (!TraceId.TryParseTrace(trace, out var traceId) || !TraceId.TryParseSpan(span, out var spanId))
        {
            return false;
        }

        context = Create(traceId, spanId, sampled is "1" or Debug or "true" or "True" || flags is "1");
        return true;
    }

    public static string Format(in ActivityContext context) =>
        $"{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{FormatSampled(context)}";

    public static string FormatSampled(in ActivityContext context) => context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "1" : "0";

    private static ActivityContext Create(ActivityTraceId trace, ActivitySpanId span, bool sampled) =>
        new(trace, span, sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, traceState: null, isRemote: true);

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var dash = rest.IndexOf('-');
        var part = dash < 0 ? rest : rest[..dash];
        rest = dash < 0 ? default : rest[(dash + 1)..];
        return part;
    }
}
