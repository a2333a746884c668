namespace Mesh.Client;

/// <summary>Settings of outbound requests (<c>Mesh:Outbound</c>).</summary>
public sealed class MeshOutboundOptions
{
    /// <summary>What happens to requests whose destination is not in the mesh. Default: they pass through.</summary>
    public OutboundTrafficPolicy TrafficPolicy { get; set; } = OutboundTrafficPolicy.AllowAny;

    /// <summary>How long the first request to a destination waits for the control plane's answer, above zero and at most a minute. Default: 2 s.</summary>
    public TimeSpan DiscoveryTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a connection that uses the mesh's own mutual TLS takes requests; it is renewed earlier when one of its certificates ends, and requests on it are not disturbed.
    /// One second to a day. Default: 1 h.
    /// </summary>
    public TimeSpan MaxConnectionAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes of a request body that can be read only once are kept while it is sent, so that a failed attempt can be repeated;
    /// longer ones are sent once. 0 to 16 MiB. Default: 64 KiB. Bodies that can be written again by themselves (text, bytes, JSON, forms) are not kept.
    /// </summary>
    public int ReplayLimit { get; set; } = 64 * 1024;

    /// <summary>
    /// Whether every request may ask for a fault by itself: <c>x-envoy-fault-delay-request</c> (milliseconds), <c>x-envoy-fault-abort-request</c> (HTTP status),
    /// <c>x-envoy-fault-abort-grpc-request</c> (gRPC status), each with a <c>…-percentage</c> (Envoy). For tests only: whoever can set a header can then make calls fail.
    /// Default: off; then only routes whose fault is configured so (<c>header_delay</c>, <c>header_abort</c>) read them.
    /// </summary>
    public bool AllowFaultHeaders { get; set; }

    /// <summary>
    /// Environment variables whose value may leave this process in a header, where a route asks for it by <c>%ENVIRONMENT(NAME)%</c> (Envoy); others are empty there.
    /// Default: <c>HOSTNAME</c>, <c>POD_NAME</c>, <c>POD_NAMESPACE</c>, <c>POD_IP</c>, <c>NODE_NAME</c>; configuration adds to it.
    /// </summary>
    public ICollection<string> HeaderEnvironment { get; } = ["HOSTNAME", "POD_NAME", "POD_NAMESPACE", "POD_IP", "NODE_NAME"];
}
