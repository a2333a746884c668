namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>The database cannot be used; the message says what to do and holds no secret.</summary>
internal sealed class DatabaseException(string message, Exception? innerException = null) : IOException(message, innerException);
