namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Since when and why the database cannot be reached.</summary>
internal sealed record DatabaseOutage(DateTimeOffset Since, string Reason);
