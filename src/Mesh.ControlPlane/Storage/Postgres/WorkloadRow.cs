namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>A process that is connected to a control plane, as the database has it.</summary>
/// <param name="NodeId">Its xDS node id.</param>
/// <param name="ConnectedAt">By the clock of that control plane.</param>
/// <param name="Document">What it says of itself, as JSON.</param>
internal readonly record struct WorkloadRow(string NodeId, DateTimeOffset ConnectedAt, string Document);
