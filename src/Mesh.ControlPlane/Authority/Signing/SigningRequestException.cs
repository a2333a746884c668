namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>A certificate signing request that is not signed; the message is for the one who sent it.</summary>
internal sealed class SigningRequestException(string message, Exception? innerException = null) : Exception(message, innerException);
