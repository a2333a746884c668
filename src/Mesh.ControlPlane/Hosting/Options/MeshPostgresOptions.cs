namespace Mesh.ControlPlane;

/// <summary>Settings of the database that several control planes share: section <c>MeshControlPlane:Postgres</c>. Read once, at start.</summary>
public sealed class MeshPostgresOptions
{
    /// <summary>
    /// How to reach PostgreSQL 14 or later, as Npgsql reads it, such as <c>Host=db1,db2;Target Session Attributes=primary;Database=mesh;Username=mesh;SSL Mode=VerifyFull</c>.
    /// Default: none. It holds a password: take it from the environment (<c>MESH_CONNECTION</c>, <c>MeshControlPlane__Postgres__Connection</c>) or use <see cref="ConnectionFile"/>.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>A file that holds the connection string and nothing else, as a mounted secret. Default: none. Not together with <see cref="Connection"/>.</summary>
    public string? ConnectionFile { get; set; }

    /// <summary>
    /// A file with a key of 32 bytes in Base64 that seals what the database keeps for the certificate authority and the tokens (AES-256-GCM); the same for all replicas.
    /// Default: none, whoever reads the database has the keys of the mesh. Kept apart from backups of the database; without it they cannot be used.
    /// </summary>
    public string? SealKeyFile { get; set; }

    /// <summary>Connections at most, besides four of each control plane's own. Default: 10. Range: 1 to 100. <c>Maximum Pool Size</c> of the connection string wins.</summary>
    public int MaxConnections { get; set; } = 10;

    /// <summary>How long changes are kept for watches and replicas that fell behind. Default: 1 h. Range: 10 min to 7 days.</summary>
    public TimeSpan KeepChangesFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many changes are kept at most; those of the last 10 minutes always are. Default: 100,000. Range: 1,000 to 10,000,000.</summary>
    public int KeepChanges { get; set; } = 100_000;

    /// <summary>How often each control plane looks for changes although no notification came. Default: 1 s. Range: 100 ms to 60 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a start waits for a database that does not answer before it fails. Default: 60 s. Range: 0 to 1 h.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
