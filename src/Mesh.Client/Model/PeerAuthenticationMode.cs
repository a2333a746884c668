namespace Mesh.Client.Model;

/// <summary>Which connections a port takes (Istio PeerAuthentication, <c>mtls.mode</c>).</summary>
internal enum PeerAuthenticationMode
{
    /// <summary>Plaintext; TLS, if any, is the application's own.</summary>
    Disable,

    /// <summary>Plaintext, and mutual TLS of the mesh.</summary>
    Permissive,

    /// <summary>Mutual TLS of the mesh alone.</summary>
    Strict,
}
