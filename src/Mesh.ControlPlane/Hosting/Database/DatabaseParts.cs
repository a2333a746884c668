using Mesh.Config.Stores;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving.Loads;
using Mesh.ControlPlane.Storage;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Stores.Postgres;

namespace Mesh.ControlPlane.Hosting.Database;

/// <summary>What a control plane has of the database that it shares with others.</summary>
internal sealed class DatabaseParts : IAsyncDisposable
{
    /// <summary>Beyond the wait for the database itself.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(60);

    private readonly PostgresDatabase _database;
    private readonly AdvisoryLeadership _leadership;
    private readonly ChangeCompaction _compaction;

    private DatabaseParts(PostgresDatabase database, StoreLimits limits, ILoggerFactory loggers)
    {
        _database = database;
        State = new PostgresState(database, loggers.CreateLogger<PostgresState>());
        Store = new PostgresConfigStore(database, loggers.CreateLogger<PostgresConfigStore>(), limits: limits);
        _leadership = new AdvisoryLeadership(database, loggers.CreateLogger<AdvisoryLeadership>());
        _compaction = new ChangeCompaction(database, _leadership, loggers.CreateLogger<ChangeCompaction>());
    }

    /// <summary>The certificate authority and the tokens.</summary>
    public PostgresState State { get; }

    public PostgresConfigStore Store { get; }

    /// <summary>Chooses the control plane that does what only one needs to do.</summary>
    public ILeadership Leadership => _leadership;

    /// <summary>Returns when the configuration is loaded; null when the settings name no database.</summary>
    /// <exception cref="IOException">The database cannot be used.</exception>
    public static async Task<DatabaseParts?> OpenAsync(MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await DatabaseConnection.OpenAsync(options, loggers, time, cancellationToken) is not { } database)
        {
            return null;
        }

        DatabaseParts parts;
        try
        {
            parts = new DatabaseParts(database, new StoreLimits { ObjectsPerNamespace = options.ObjectsPerNamespace }, loggers);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        try
        {
            await parts.Store.Loaded.WaitAsync(options.Postgres.StartTimeout + LongestLoad, time, cancellationToken);
            return parts;
        }
        catch (TimeoutException exception)
        {
            await parts.DisposeAsync();
            throw new DatabaseException($"PostgreSQL ({database.Place}) answered, and its configuration could not be read in time: {parts.Store.Outage?.Reason ?? "see the log"}.", exception);
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts to share who is connected; the caller ends it before this.</summary>
    public WorkloadExchange Share(WorkloadRegistry workloads, ILoggerFactory loggers) => new(_database, workloads, loggers.CreateLogger<WorkloadExchange>());

    /// <summary>Starts to share what clients report; the caller ends it before this.</summary>
    public LoadExchange Share(LoadService loads, GraphOutbox outbox, ILoggerFactory loggers) => new(_database, loads, outbox, loggers.CreateLogger<LoadExchange>());

    public async ValueTask DisposeAsync()
    {
        await _compaction.DisposeAsync();
        await _leadership.DisposeAsync();
        await Store.DisposeAsync();
        await State.DisposeAsync();
        await _database.DisposeAsync();
    }
}
