namespace Mesh.Server.Transport;

/// <summary>Why connections are refused or ended, in words that logs, metrics and tests may rely on; those of certificates are <c>SvidReasons</c>.</summary>
internal static class RefusalReasons
{
    /// <summary>Nothing came before the peer went away.</summary>
    public const string NoBytes = "no_bytes";

    /// <summary>The first bytes, or the rest of the ClientHello, took too long.</summary>
    public const string SlowFirstBytes = "slow_first_bytes";

    /// <summary>Plaintext on a port that takes mutual TLS alone.</summary>
    public const string Plaintext = "plaintext";

    /// <summary>TLS that the application ends itself, on a port that takes mutual TLS of the mesh alone.</summary>
    public const string ApplicationTls = "application_tls";

    /// <summary>The ClientHello breaks the rules of TLS.</summary>
    public const string MalformedTls = "malformed_tls";

    /// <summary>The handshake failed before the peer's certificate was looked at, or took too long.</summary>
    public const string Handshake = "tls_handshake";

    /// <summary>This process has no certificate to show.</summary>
    public const string NoIdentity = "no_identity";

    /// <summary>The control plane has not said what the port takes.</summary>
    public const string PolicyUnknown = "policy_unknown";

    /// <summary>The connection has lived long enough.</summary>
    public const string Age = "max_age";

    /// <summary>It had to go, and took too long for it.</summary>
    public const string EndedLate = "ended_late";
}
