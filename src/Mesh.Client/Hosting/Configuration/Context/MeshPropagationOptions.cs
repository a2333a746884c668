namespace Mesh.Client;

/// <summary>What flows on from a request to the calls made for it: headers, the caller's time, and whether the caller still waits (<c>Mesh:Propagation</c>).</summary>
public sealed class MeshPropagationOptions
{
    /// <summary>The headers that flow on when <see cref="Headers"/> is empty.</summary>
    public static IReadOnlyList<string> DefaultHeaders { get; } =
    [
        "x-request-id",
        "traceparent", "tracestate", "baggage",
        "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
        "x-ot-span-context",
        "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority",
        "x-cloud-trace-context", "grpc-trace-bin", "sw8",
        "end-user", "x-lane",
    ];

    /// <summary>Replaces <see cref="DefaultHeaders"/> when not empty.</summary>
    public IList<string> Headers { get; } = [];

    /// <summary>Flow on besides the others.</summary>
    public IList<string> AdditionalHeaders { get; } = [];

    /// <summary>Headers whose names begin with one of these flow on as well, such as <c>x-tenant-</c>. Default: none.</summary>
    public IList<string> Prefixes { get; } = [];

    /// <summary>How many headers of one request flow on, 1 to 256; what comes after them stays behind. Default: 64.</summary>
    public int MaxHeaders { get; set; } = 64;

    /// <summary>How long names and values of the headers that flow on may be together, 256 to 65,536 characters; a header that does not fit any more stays behind. Default: 16,384.</summary>
    public int MaxLength { get; set; } = 16 * 1024;

    /// <summary>
    /// Whether a request that brings no <c>x-request-id</c> is given one, a random UUID (RFC 4122), on both sides: the application, its calls and the logs see the same.
    /// Default: true.
    /// </summary>
    public bool GenerateRequestId { get; set; } = true;

    /// <summary>
    /// Whether this process is the edge of the mesh: what callers without an identity of the mesh say in <see cref="EdgeHeaders"/> is taken off their requests, so that nobody
    /// outside chooses request ids, baggage or lanes. Default: false.
    /// </summary>
    public bool Edge { get; set; }

    /// <summary>The headers that <see cref="Edge"/> takes off. Empty: <c>x-request-id</c> (which is given anew), <c>baggage</c>.</summary>
    public IList<string> EdgeHeaders { get; } = [];

    /// <summary>
    /// The formats in which the spans of this process are told to the services it calls, besides those that the request being served came with and the one of the mesh's tracing
    /// provider. Empty: <see cref="TraceFormat.W3C"/>. Read are all of them, in the order of the enumeration.
    /// </summary>
    public IList<TraceFormat> TraceFormats { get; } = [];

    /// <summary>
    /// Whether the time that a caller gives a request (<c>grpc-timeout</c>, <c>x-envoy-expected-rq-timeout-ms</c>) limits the request and every call made for it.
    /// Default: true. False: callers' times are ignored.
    /// </summary>
    public bool Deadlines { get; set; } = true;

    /// <summary>
    /// Whether calls made for a request are cancelled when its caller goes away before it has its answer. Default: true.
    /// Single calls opt out with <see cref="MeshContext.Detach"/>.
    /// </summary>
    public bool CancelWithCaller { get; set; } = true;

    /// <summary>The headers that are taken off at the edge.</summary>
    internal IEnumerable<string> EffectiveEdgeHeaders => EdgeHeaders.Count > 0 ? EdgeHeaders : ["x-request-id", "baggage"];

    /// <summary>The names in force, in lower case.</summary>
    internal IEnumerable<string> Effective =>
        (Headers.Count > 0 ? Headers.AsEnumerable() : DefaultHeaders).Concat(AdditionalHeaders).Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal);
}
