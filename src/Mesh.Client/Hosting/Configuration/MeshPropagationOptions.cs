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

    /// <summary>The names in force, in lower case.</summary>
    internal IEnumerable<string> Effective =>
        (Headers.Count > 0 ? Headers.AsEnumerable() : DefaultHeaders).Concat(AdditionalHeaders).Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal);
}
