namespace Mesh.Server;

/// <summary>
/// Who sent a request, proved by mutual TLS of the mesh: <c>HttpContext.Features.Get&lt;IMeshPeerFeature&gt;()</c>.
/// The feature is missing when the peer proved nothing: on plaintext, on TLS of the application's own, on a Unix socket.
/// </summary>
public interface IMeshPeerFeature
{
    /// <summary>The SPIFFE id in the peer's certificate (SPIFFE X.509-SVID 2), such as <c>spiffe://cluster.local/ns/default/sa/reviews</c>.</summary>
    string PeerId { get; }

    /// <summary>The trust domain of <see cref="PeerId"/>, such as <c>cluster.local</c>; its own bundle vouches for the peer.</summary>
    string TrustDomain { get; }

    /// <summary>The namespace of the peer; null unless its id has Istio's form <c>/ns/NAMESPACE/sa/ACCOUNT</c>.</summary>
    string? Namespace { get; }

    /// <summary>The service account of the peer; null unless its id has Istio's form <c>/ns/NAMESPACE/sa/ACCOUNT</c>.</summary>
    string? ServiceAccount { get; }
}
