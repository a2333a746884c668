using Mesh.Client.Model;

namespace Mesh.Client.Hosting;

/// <summary>Holds what the control plane last said of the requests that this process receives, for Mesh.Server to follow.</summary>
internal sealed class InboundPolicy
{
    private volatile InboundConfiguration _current = InboundConfiguration.Empty;

    /// <summary>Replaced as a whole; stays in force while no control plane answers.</summary>
    public InboundConfiguration Current => _current;

    public void Publish(InboundConfiguration configuration) => _current = configuration;
}
