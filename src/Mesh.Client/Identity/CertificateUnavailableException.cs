namespace Mesh.Client.Identity;

/// <summary>A certificate that a connection needs is not there; the connection must not be opened without it.</summary>
internal sealed class CertificateUnavailableException(string reason, Exception? cause = null) : Exception(reason, cause);
