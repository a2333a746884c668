namespace Mesh.ControlPlane.Authority;

/// <summary>The certificate authority cannot work or cannot do what was asked; the message says what was expected and what to do.</summary>
internal sealed class AuthorityException(string message, Exception? innerException = null) : IOException(message, innerException);
