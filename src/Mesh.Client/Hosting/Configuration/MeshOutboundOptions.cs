namespace Mesh.Client;

/// <summary>Settings of outbound requests (<c>Mesh:Outbound</c>).</summary>
public sealed class MeshOutboundOptions
{
    /// <summary>What happens to requests whose destination is not in the mesh. Default: they pass through.</summary>
    public OutboundTrafficPolicy TrafficPolicy { get; set; } = OutboundTrafficPolicy.AllowAny;

    /// <summary>How long the first request to a destination waits for the control plane's answer, above zero and at most a minute. Default: 2 s.</summary>
    public TimeSpan DiscoveryTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many bytes of a request body that can be read only once are kept while it is sent, so that a failed attempt can be repeated;
    /// longer ones are sent once. 0 to 16 MiB. Default: 64 KiB. Bodies that can be written again by themselves (text, bytes, JSON, forms) are not kept.
    /// </summary>
    public int ReplayLimit { get; set; } = 64 * 1024;
}
