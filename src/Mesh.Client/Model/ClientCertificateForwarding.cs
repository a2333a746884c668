namespace Mesh.Client.Model;

/// <summary>What becomes of <c>x-forwarded-client-cert</c> (Envoy's <c>forward_client_cert_details</c>).</summary>
internal enum ClientCertificateForwarding
{
    /// <summary>Taken off.</summary>
    Sanitize,

    /// <summary>Left as it came when the connection has mutual TLS, taken off otherwise.</summary>
    ForwardOnly,

    /// <summary>The caller's certificate is added when the connection has mutual TLS; taken off otherwise.</summary>
    AppendForward,

    /// <summary>The caller's certificate alone.</summary>
    SanitizeSet,

    /// <summary>Left as it came.</summary>
    AlwaysForwardOnly,
}
