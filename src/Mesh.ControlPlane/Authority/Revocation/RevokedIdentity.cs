namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>An identity that gets no certificates until it is reinstated.</summary>
internal sealed record RevokedIdentity(string Identity, DateTimeOffset RevokedAt, string Reason);
