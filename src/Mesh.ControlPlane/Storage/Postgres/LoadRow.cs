namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>What one control plane has told the others at one time.</summary>
/// <param name="Replica">Which.</param>
/// <param name="Number">In its own row of numbers.</param>
/// <param name="Age">How long ago, by the clock of the database.</param>
/// <param name="Reporters">How many clients report to it.</param>
/// <param name="Reports">What they reported.</param>
internal sealed record LoadRow(Guid Replica, long Number, TimeSpan Age, int Reporters, byte[] Reports);
