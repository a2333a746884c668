using Mesh.Client.Model;

namespace Mesh.Client.Hosting;

/// <summary>Holds what the control plane last said of the requests that this process receives, for Mesh.Server to follow.</summary>
internal sealed class InboundPolicy
{
    private volatile InboundConfiguration _current = InboundConfiguration.Empty;

    /// <summary>Replaced as a whole; stays in force while no control plane answers.</summary>
    public InboundConfiguration Current => _current;

    /// <summary><see cref="Current"/> was replaced; from the queue of the xDS client, so handlers must be quick.</summary>
    public event Action? Changed;

    public void Publish(InboundConfiguration configuration)
    {
        _current = configuration;
        Changed?.Invoke();
    }
}
