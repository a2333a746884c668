using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Access;

/// <summary>Who is at the other end of a TLS connection, as its certificate proved in the handshake; a feature of the connection.</summary>
internal sealed record StreamPeer(SpiffeId Id, X509Certificate2 Certificate);
