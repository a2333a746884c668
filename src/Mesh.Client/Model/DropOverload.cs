namespace Mesh.Client.Model;

/// <summary>A share of the requests that the control plane asks clients to drop.</summary>
internal sealed record DropOverload(string Category, uint PerMillion);
