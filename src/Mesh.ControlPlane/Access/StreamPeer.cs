using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Access;

/// <summary>Who is at the other end of a TLS connection, as its certificate proved in the handshake; a feature of the connection.</summary>
/// <param name="Id">The name in the certificate.</param>
/// <param name="Certificate">The leaf.</param>
/// <param name="Presented">What came with it.</param>
internal sealed record StreamPeer(SpiffeId Id, X509Certificate2 Certificate, X509Certificate2Collection Presented);
