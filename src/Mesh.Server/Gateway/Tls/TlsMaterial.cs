using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Gateway.Tls;

/// <summary>What a server of the gateway needs for handshakes now, parsed.</summary>
/// <param name="Own">What it shows; null for the identity of the workload.</param>
/// <param name="Roots">By which callers are verified; null for none.</param>
/// <param name="Revocations">Null when none are asked for.</param>
internal sealed record TlsMaterial(SslStreamCertificateContext? Own, X509Certificate2Collection? Roots, ImmutableArray<RevocationList>? Revocations);
