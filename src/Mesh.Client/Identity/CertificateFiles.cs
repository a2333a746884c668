namespace Mesh.Client.Identity;

/// <summary>The files of a <c>file_watcher</c>; null where the bootstrap names none.</summary>
internal sealed record CertificateFiles(string? Certificate, string? PrivateKey, string? Roots);
