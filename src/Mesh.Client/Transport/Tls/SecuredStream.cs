using System.Net.Security;

namespace Mesh.Client.Transport.Tls;

/// <summary>A connection after its handshake.</summary>
/// <param name="Stream">Encrypted.</param>
/// <param name="Session">Null when it is not one between workloads of the mesh.</param>
internal readonly record struct SecuredStream(SslStream Stream, PeerSession? Session);
