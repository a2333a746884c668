namespace Mesh.Client.Identity;

/// <summary>The files of a <c>file_watcher</c>; null where the bootstrap names none.</summary>
internal sealed record CertificateFiles(string? Certificate, string? PrivateKey, string? Roots)
{
    /// <summary>Roots by trust domain, as JSON (gRFC A87 <c>spiffe_trust_bundle_map_file</c>); goes before <see cref="Roots"/>.</summary>
    public string? TrustBundleMap { get; init; }
}
