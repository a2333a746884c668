using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>A service whose host another namespace claimed first.</summary>
internal sealed record ShadowedService(Service Service, ImmutableArray<ServiceEndpoint> Endpoints);
