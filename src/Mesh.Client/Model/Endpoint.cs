namespace Mesh.Client.Model;

/// <summary>One address that serves a cluster.</summary>
internal sealed record Endpoint(EndpointAddress Address, uint Weight, EndpointHealth Health);
