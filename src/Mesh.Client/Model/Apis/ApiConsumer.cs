namespace Mesh.Client.Model.Apis;

/// <summary>Somebody who calls with keys.</summary>
/// <param name="Name">NAMESPACE/NAME.</param>
/// <param name="Plan">NAMESPACE/NAME; empty for none.</param>
/// <param name="IsSuspended">Whether it is refused, whatever its keys.</param>
internal sealed record ApiConsumer(string Name, string Plan, bool IsSuspended);
