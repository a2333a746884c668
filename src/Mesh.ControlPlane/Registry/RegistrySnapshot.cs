using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>All services and their endpoints at one moment.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Services">By host name; when several resources claim one, the oldest.</param>
/// <param name="Endpoints">By host name, every port together; a service without endpoints may be missing.</param>
internal sealed record RegistrySnapshot(
    long Version,
    FrozenDictionary<string, Service> Services,
    FrozenDictionary<string, ImmutableArray<ServiceEndpoint>> Endpoints)
{
    public static RegistrySnapshot Empty { get; } = new(
        0,
        FrozenDictionary<string, Service>.Empty,
        FrozenDictionary<string, ImmutableArray<ServiceEndpoint>>.Empty);
}
