using System.Globalization;
using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Reads a connection string and adds the bounds that it leaves open; never shows what is in it but the place.</summary>
internal static class PostgresConnectionString
{
    /// <summary>What is wrong with it; null when it can be used.</summary>
    public static string? Check(string text)
    {
        try
        {
            return string.IsNullOrEmpty(Parse(text).Host) ? "expected at least Host=…, got none" : null;
        }
        catch (DatabaseException exception)
        {
            return exception.Message;
        }
    }

    /// <exception cref="DatabaseException">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Complete(PostgresSettings settings)
    {
        var builder = Parse(settings.ConnectionString);
        Default(builder, "Application Name", "mesh-control-plane");
        Default(builder, "Maximum Pool Size", settings.MaxPoolSize);
        Default(builder, "Timeout", Seconds(settings.ConnectTimeout));

        // The server gives up first, so that its answer and not a broken connection tells what became of a statement.
        Default(builder, "Command Timeout", Seconds(settings.StatementTimeout) + 5);

        // Kerberos is asked for nowhere here, and asking costs every connection a round trip (and a library).
        Default(builder, "GSS Encryption Mode", GssEncryptionMode.Disable);

        // A replica whose machine is gone holds its locks until the server finds out: 25 s instead of the two hours of TCP.
        var bounds = string.Create(
            CultureInfo.InvariantCulture,
            $"-c statement_timeout={settings.StatementTimeout.TotalMilliseconds:F0} -c lock_timeout={settings.StatementTimeout.TotalMilliseconds / 2:F0} -c idle_in_transaction_session_timeout=30000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3");
        builder.Options = string.IsNullOrEmpty(builder.Options) ? bounds : $"{bounds} {builder.Options}";
        return builder;
    }

    public static string Describe(NpgsqlConnectionStringBuilder builder) =>
        string.Create(CultureInfo.InvariantCulture, $"{builder.Host}:{builder.Port}, database {builder.Database ?? builder.Username}, user {builder.Username}");

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Without the inner message: it can quote the text, and the text holds a password.
            throw new DatabaseException("expected a connection string of Npgsql such as 'Host=db;Database=mesh;Username=mesh;Password=…;SSL Mode=VerifyFull', got one that cannot be read");
        }
    }

    private static void Default(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        if (!builder.ContainsKey(key) || !builder.Keys.Cast<string>().Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            builder[key] = value;
        }
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
