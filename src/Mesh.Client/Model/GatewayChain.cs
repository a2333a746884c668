namespace Mesh.Client.Model;

/// <summary>What a gateway does with the connections that meet a condition (a filter chain).</summary>
/// <param name="Name">For people.</param>
/// <param name="Match">The condition.</param>
internal sealed record GatewayChain(string Name, ConnectionMatch Match)
{
    /// <summary>TLS that ends here; null when there is none, or it goes through unopened.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>How requests are read. This or <see cref="Connection"/> is set.</summary>
    public GatewayRequests? Requests { get; init; }

    /// <summary>Where the bytes go unread.</summary>
    public TcpRoute? Connection { get; init; }
}
