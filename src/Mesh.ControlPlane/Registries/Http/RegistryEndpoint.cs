namespace Mesh.ControlPlane.Registries.Http;

/// <summary>Where a registry is asked, and with what right.</summary>
/// <param name="Address">Base of its API.</param>
/// <param name="RootsFile">Roots of its certificate in PEM; null for those of the machine.</param>
/// <param name="Token">What is presented; null for nothing.</param>
/// <param name="TokenFile">Holds the token, read anew for every request; null when there is none.</param>
internal sealed record RegistryEndpoint(Uri Address, string? RootsFile, string? Token, string? TokenFile);
