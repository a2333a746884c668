using System.Net.Sockets;
using Npgsql;

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Tells what a failure of the database means for what was asked of it.</summary>
internal static class PostgresFailure
{
    /// <summary>Whether it comes from the database or the way to it, and not from our own code.</summary>
    public static bool IsOfDatabase(Exception exception) =>
        exception is NpgsqlException or SocketException or TimeoutException or EndOfStreamException
        || exception.GetType() == typeof(IOException)
        || (exception is StateException { InnerException: { } inner } && IsOfDatabase(inner));

    /// <summary>Whether waiting cannot help: wrong credentials, no such database, no right to it.</summary>
    public static bool IsHopeless(Exception exception) =>
        exception is PostgresException { SqlState: { } state }
        && (state.StartsWith("28", StringComparison.Ordinal) || state is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege);

    /// <summary>Whether a statement may have been committed although it failed for us: the connection broke before the answer, or the server was told to end it.</summary>
    public static bool LeavesOutcomeOpen(Exception exception) =>
        exception is not PostgresException answered
        || answered.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.IdleSessionTimeout
        || answered.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>One line without secrets: Npgsql names hosts and users, never passwords.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        PostgresException answered => $"{answered.SqlState}: {answered.MessageText}",
        { InnerException: { } inner } when exception.Message != inner.Message => $"{exception.Message.TrimEnd('.')}: {inner.Message}",
        _ => exception.Message,
    };
}
