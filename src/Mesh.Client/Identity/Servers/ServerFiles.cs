namespace Mesh.Client.Identity.Servers;

/// <summary>The files of <c>channel_creds</c> type <c>tls</c> of a gRPC bootstrap (gRFC A65): read at every connection, so no refresh interval is needed.</summary>
/// <param name="Roots">Null for those of the operating system.</param>
/// <param name="Certificate">Null when this side shows none.</param>
/// <param name="PrivateKey">Of the certificate.</param>
internal sealed record ServerFiles(string? Roots, string? Certificate, string? PrivateKey);
