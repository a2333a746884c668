namespace Mesh.Server.Transport.Peeking;

/// <summary>What the first bytes of a connection are.</summary>
internal enum FirstBytes
{
    /// <summary>The peer went away before there were enough to tell.</summary>
    None,

    /// <summary>HTTP/1.1, or whatever else is not one of the others.</summary>
    Plaintext,

    /// <summary>The preface of HTTP/2 with prior knowledge (RFC 9113 3.4).</summary>
    Http2Preface,

    /// <summary>A ClientHello.</summary>
    Tls,

    /// <summary>They began as TLS, and broke its rules.</summary>
    MalformedTls,
}
