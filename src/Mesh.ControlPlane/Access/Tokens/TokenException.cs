namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>A token cannot be made as asked; the message says what was expected.</summary>
internal sealed class TokenException(string message) : Exception(message);
