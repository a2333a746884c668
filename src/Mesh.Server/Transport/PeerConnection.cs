using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Transport;

/// <summary>What is known of the connection that a request came in on; found in its features.</summary>
/// <param name="Peer">Who proved to be at its other end; null without mutual TLS of the mesh.</param>
/// <param name="IsEncrypted">Whether the mesh put TLS on it.</param>
/// <param name="ServerName">The server name that the peer asked for (SNI); null when it asked for none.</param>
internal sealed record PeerConnection(SpiffeId? Peer, bool IsEncrypted, string? ServerName);
