namespace Mesh.Server.Authorization.External;

/// <summary>An authorizer answered, but not with an answer.</summary>
internal sealed class AuthorizerFailedException(string message) : Exception(message);
