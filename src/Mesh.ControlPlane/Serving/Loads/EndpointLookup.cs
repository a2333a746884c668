using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Finds the workload behind an address of a service.</summary>
internal sealed class EndpointLookup
{
    // Derived from a registry snapshot alone; goes with it.
    private readonly ConditionalWeakTable<RegistrySnapshot, ConcurrentDictionary<string, FrozenDictionary<(string Address, int Port), ServiceEndpoint>>> _indexes = [];

    /// <summary>Null for an address that is none of the service's any more.</summary>
    public ServiceEndpoint? Find(RegistrySnapshot registry, string host, string address, int port) =>
        _indexes.GetValue(registry, static _ => new(StringComparer.Ordinal))
            .GetOrAdd(host, static (host, registry) => Index(registry, host), registry)
            .GetValueOrDefault((address, port));

    /// <summary>The version that all endpoints of a locality have; empty when they differ.</summary>
    public static string CommonVersion(RegistrySnapshot registry, string host, string locality)
    {
        var versions = registry.Endpoints.GetValueOrDefault(host, [])
            .Where(endpoint => endpoint.Locality == locality)
            .Select(VersionOf)
            .Distinct(StringComparer.Ordinal)
            .Take(2)
            .ToArray();
        return versions is [var only] ? only : "";
    }

    public static string VersionOf(ServiceEndpoint endpoint) => WorkloadNames.VersionOf(endpoint.Labels);

    private static FrozenDictionary<(string Address, int Port), ServiceEndpoint> Index(RegistrySnapshot registry, string host) =>
        registry.Candidates(host)
            .SelectMany(service => registry.EndpointsOf(service))
            .DistinctBy(endpoint => (endpoint.Address, endpoint.Port))
            .ToFrozenDictionary(endpoint => (endpoint.Address, endpoint.Port));
}
