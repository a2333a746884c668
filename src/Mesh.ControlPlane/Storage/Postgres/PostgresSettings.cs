namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>How a control plane uses its database.</summary>
internal sealed record PostgresSettings
{
    /// <summary>As Npgsql reads it; holds a password, so it is never shown.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Connections of the pool at most, unless the connection string says so itself; followers and leadership have one each besides.</summary>
    public int MaxPoolSize { get; init; } = 10;

    /// <summary>How long a connection may take to come up, and a caller waits for one of the pool.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server works on one statement; a lock is waited for half as long.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a start waits for a database that is away.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often is looked without notification: one can be lost with its connection.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a write whose connection broke is looked for before its outcome is given up as unknown.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write that is durable waits to be seen here.</summary>
    public TimeSpan VisibleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the leader forgets old changes.</summary>
    public TimeSpan CompactionInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long changes are kept.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many changes are kept.</summary>
    public int KeepChanges { get; init; } = 100_000;

    /// <summary>How long a change is kept in any case: a write whose connection broke is recognised by it.</summary>
    public TimeSpan KeepAtLeast { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A file with a key that seals private keys and the other documents of the state; null leaves them as they are.</summary>
    public string? SealKeyFile { get; init; }
}
