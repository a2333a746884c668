namespace Mesh.Client;

/// <summary>A way to write the position in a trace into the headers of a request.</summary>
public enum TraceFormat
{
    /// <summary>W3C Trace Context: <c>traceparent</c> and <c>tracestate</c>.</summary>
    W3C,

    /// <summary>B3 in one header: <c>b3: {trace}-{span}-{sampled}-{parent}</c>.</summary>
    B3,

    /// <summary>B3 in several headers: <c>x-b3-traceid</c>, <c>x-b3-spanid</c>, <c>x-b3-parentspanid</c>, <c>x-b3-sampled</c>, <c>x-b3-flags</c>.</summary>
    B3Multi,
}
