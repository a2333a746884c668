namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>A certificate that is believed no more.</summary>
/// <param name="Serial">In hexadecimal.</param>
/// <param name="Issuer">Who signed it; null when that is not known: then every issuer revokes it.</param>
/// <param name="Identity">Whose it was, if that is known.</param>
/// <param name="NotAfter">It is on the list until then.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="Reason">For people.</param>
internal sealed record RevokedCertificate(string Serial, string? Issuer, string? Identity, DateTimeOffset NotAfter, DateTimeOffset RevokedAt, string Reason);
