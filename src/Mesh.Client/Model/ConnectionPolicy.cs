namespace Mesh.Client.Model;

/// <summary>How connections to the endpoints of a cluster live, and what is spoken on them.</summary>
internal sealed record ConnectionPolicy
{
    public static ConnectionPolicy Default { get; } = new();

    public UpstreamProtocol Protocol { get; init; }

    /// <summary>Whether <see cref="UpstreamProtocol.OfRequest"/> is what the operator wants (Istio's <c>useClientProtocol</c>), not only what is left when nobody wants anything.</summary>
    public bool KeepsRequestVersion { get; init; }

    /// <summary>A connection without requests closes after this time; null means never.</summary>
    /// <remarks>
    /// Envoy's and Istio's default is an hour. But the runtime's pool looks at its idle connections each quarter of this time only, and may need two looks to see that the other side has
    /// closed one: after a burst, dead sockets would be held for half an hour.
    /// </remarks>
    public TimeSpan? IdleTimeout { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>A connection takes no new requests after this time; null means it may live for ever.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>A connection takes so many requests and closes after the last; null means any number, 1 means no keep-alive.</summary>
    public uint? MaxRequests { get; init; }

    /// <summary>Requests that share an HTTP/2 connection at one time; null means as many as the server allows.</summary>
    public uint? MaxConcurrentStreams { get; init; }

    /// <summary>HTTP/2 PING frames; null means none.</summary>
    public PingPolicy? Ping { get; init; }

    /// <summary>TCP probes; null means none.</summary>
    public TcpKeepalive? Keepalive { get; init; }

    /// <summary>The same between peers of the mesh over its own TLS: the version of HTTP follows the calls, unless it is settled.</summary>
    public ConnectionPolicy BetweenPeers() => Protocol is UpstreamProtocol.OfRequest && !KeepsRequestVersion ? this with { Protocol = UpstreamProtocol.Adaptive } : this;
}
