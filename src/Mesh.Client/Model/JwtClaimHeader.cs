namespace Mesh.Client.Model;

/// <summary>A header that tells the application a claim.</summary>
/// <param name="Header">Its name.</param>
/// <param name="Claim">The claim; dots go into nested ones.</param>
internal sealed record JwtClaimHeader(string Header, string Claim);
