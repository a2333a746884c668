using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Xds.Decoders.Secrets;

/// <summary>A decoded secret: whom to believe, or what to show.</summary>
/// <param name="Name">Of the secret.</param>
/// <param name="Bundles">By trust domain; an empty trust domain stands for that of the reader.</param>
internal sealed record TrustResource(string Name, ImmutableArray<TrustBundle> Bundles)
{
    /// <summary>A certificate with its key, or roots, for a gateway; null for the roots of the mesh.</summary>
    public TlsSecret? Tls { get; init; }
}
