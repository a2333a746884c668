using Mesh.ControlPlane.Storage.Postgres;

namespace Mesh.ControlPlane.Hosting.Database;

/// <summary>Finds all that is wrong with the settings of the database; says nothing of what the connection string holds.</summary>
internal static class PostgresOptionsRules
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestKeep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestKeep = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        var postgres = options.Postgres;
        if (options.Store == ControlPlaneStore.Postgres)
        {
            CheckConnection(postgres, errors);
            if (options.ConfigFolder is { Length: > 0 } || options.Resources.Count > 0)
            {
                errors.Add($"{MeshControlPlaneOptions.SectionName}:{nameof(options.Store)}: expected no {nameof(options.ConfigFolder)} and no {nameof(options.Resources)} with Postgres: what they hold is applied once through the API instead (meshctl apply, kubectl apply).");
            }
        }

        RequireCount(nameof(postgres.MaxConnections), postgres.MaxConnections, 1, 100, errors);
        RequireCount(nameof(postgres.KeepChanges), postgres.KeepChanges, 1_000, 10_000_000, errors);
        RequireTime(nameof(postgres.KeepChangesFor), postgres.KeepChangesFor, ShortestKeep, LongestKeep, errors);
        RequireTime(nameof(postgres.PollInterval), postgres.PollInterval, ShortestPoll, LongestPoll, errors);
        RequireTime(nameof(postgres.StartTimeout), postgres.StartTimeout, TimeSpan.Zero, LongestStart, errors);
    }

    private static void CheckConnection(MeshPostgresOptions postgres, List<string> errors)
    {
        if (string.IsNullOrEmpty(postgres.Connection) == string.IsNullOrEmpty(postgres.ConnectionFile))
        {
            errors.Add($"{Key(nameof(postgres.Connection))}: expected either {nameof(postgres.Connection)} (environment: MESH_CONNECTION) or {nameof(postgres.ConnectionFile)}, got {(string.IsNullOrEmpty(postgres.Connection) ? "none" : "both")}.");
        }
        else if (postgres.Connection is { Length: > 0 } text && PostgresConnectionString.Check(text) is { } error)
        {
            errors.Add($"{Key(nameof(postgres.Connection))}: {error}.");
        }
    }

    private static void RequireCount(string key, int count, int least, int most, List<string> errors)
    {
        if (count < least || count > most)
        {
            errors.Add($"{Key(key)}: expected a number from {least} to {most}, got {count}.");
        }
    }

    private static void RequireTime(string key, TimeSpan time, TimeSpan shortest, TimeSpan longest, List<string> errors)
    {
        if (time < shortest || time > longest)
        {
            errors.Add($"{Key(key)}: expected a time from {shortest} to {longest}, got {time}.");
        }
    }

    private static string Key(string key) => $"{MeshControlPlaneOptions.SectionName}:{nameof(MeshControlPlaneOptions.Postgres)}:{key}";
}
