using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Transport;

/// <summary>Shows the peer of a connection to the application.</summary>
internal sealed class MeshPeerFeature(SpiffeId peer) : IMeshPeerFeature
{
    public string PeerId { get; } = peer.ToString();

    public string TrustDomain => peer.TrustDomain;

    public string? Namespace => peer.Namespace;

    public string? ServiceAccount => peer.ServiceAccount;
}
