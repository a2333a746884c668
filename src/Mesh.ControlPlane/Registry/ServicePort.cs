namespace Mesh.ControlPlane.Registry;

/// <summary>A port of a service.</summary>
/// <param name="Number">As callers write it.</param>
/// <param name="Name">Finds the port of an endpoint.</param>
/// <param name="Protocol">What is spoken there.</param>
internal sealed record ServicePort(int Number, string Name, ServiceProtocol Protocol);
