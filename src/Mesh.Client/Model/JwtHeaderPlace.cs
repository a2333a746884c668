namespace Mesh.Client.Model;

/// <summary>A header that holds a token.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">What stands before the token, such as <c>Bearer </c>; empty for nothing.</param>
internal sealed record JwtHeaderPlace(string Name, string Prefix);
