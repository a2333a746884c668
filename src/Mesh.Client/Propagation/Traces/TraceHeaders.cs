using System.Diagnostics;

namespace Mesh.Client.Propagation.Traces;

/// <summary>Reads and writes the position in a trace, in every format the mesh knows.</summary>
internal static class TraceHeaders
{
    public const string Parent = "traceparent";
    public const string State = "tracestate";
    public const string Baggage = "baggage";

    private const int ParentLength = 55;

    private static readonly string[] All = [Parent, State, B3.Single, B3.Trace, B3.Span, B3.Parent, B3.Sampled, B3.Flags];

    /// <summary>Whether a header, in lower case, says where in a trace its request is.</summary>
    public static bool Is(string name) => name is Parent or State || IsB3(name);

    public static bool IsB3(string name) => name is B3.Single or B3.Trace or B3.Span or B3.Parent or B3.Sampled or B3.Flags;

    /// <summary>W3C goes before B3, one header before several; false when there is none that can be read.</summary>
    /// <param name="find">Gives the value of a header.</param>
    /// <param name="context">Where the caller was.</param>
    public static bool TryRead(Func<string, string?> find, out ActivityContext context) =>
        ActivityContext.TryParse(find(Parent), find(State), isRemote: true, out context)
        || B3.TryParse(find(B3.Single), out context)
        || B3.TryParse(find(B3.Trace), find(B3.Span), find(B3.Sampled), find(B3.Flags), out context);

    /// <summary>Whether the caller has said that its trace is not sampled: the usual case is told without reading ids.</summary>
    /// <param name="parent">Of <c>traceparent</c>, version 00.</param>
    public static bool IsUnsampled(string? parent) => parent is ['0', '0', '-', .., '-', '0', '0'] && parent.Length == ParentLength;

    /// <summary>Puts a position in the place of whatever the request says of one.</summary>
    public static void Write<TCarrier>(TCarrier carrier, Action<TCarrier, string, string?> set, in ActivityContext context, IEnumerable<TraceFormat> formats)
    {
        foreach (var name in All)
        {
            set(carrier, name, null);
        }

        foreach (var format in formats)
        {
            switch (format)
            {
                case TraceFormat.B3:
                    set(carrier, B3.Single, B3.Format(context));
                    break;
                case TraceFormat.B3Multi:
                    set(carrier, B3.Trace, context.TraceId.ToHexString());
                    set(carrier, B3.Span, context.SpanId.ToHexString());
                    set(carrier, B3.Sampled, B3.FormatSampled(context));
                    break;
                default:
                    set(carrier, Parent, FormatParent(context));
                    if (!string.IsNullOrEmpty(context.TraceState))
                    {
                        set(carrier, State, context.TraceState);
                    }

                    break;
            }
        }
    }

    /// <summary>W3C Trace Context 3.2, version 00.</summary>
    public static string FormatParent(in ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
}
