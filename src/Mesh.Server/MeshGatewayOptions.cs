namespace Mesh.Server;

/// <summary>How a gateway (<c>app.MapMeshGateway()</c>) opens the ports that the control plane gives it; configuration section <c>Mesh:Gateway</c>.</summary>
public sealed class MeshGatewayOptions
{
    /// <summary>The configuration section: <c>Mesh:Gateway</c>.</summary>
    public const string SectionName = "Mesh:Gateway";

    /// <summary>
    /// Local ports for single listener ports, such as <c>80</c> → <c>8080</c>; 0 takes any free one. Default: none, a listener is opened at its own port
    /// (which istiod has translated by the <c>targetPort</c> of the gateway's Service). Keys 1 to 65535, values 0 to 65535.
    /// </summary>
    public IDictionary<int, int> Ports { get; } = new Dictionary<int, int>();

    /// <summary>Added to every listener port that <see cref="Ports"/> does not name, so that a process without privileges can serve 80 and 443. Default 0; 0 to 65535.</summary>
    public int PortOffset { get; set; }

    /// <summary>The IP address to listen on in the place of every address (<c>0.0.0.0</c>, or <c>::</c>). Default: as the listener says. A server with a <c>bind</c> of its own keeps it.</summary>
    public string? Address { get; set; }

    /// <summary>How long connections may go on when their port is taken away, before they are cut. Default 45 s (Envoy's and Istio's drain time); zero cuts them at once.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Connections open at one time over all ports; what comes above it is closed at once. Default 100 000; 1 or more.</summary>
    public int MaxConnections { get; set; } = 100_000;
}
