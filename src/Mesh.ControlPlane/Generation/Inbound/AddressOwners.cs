using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>Knows whose workload listens at an address, so that nobody is told what another one's port asks of its callers (S42).</summary>
internal sealed class AddressOwners
{
    // Derived from the snapshot alone, and gone with it.
    private static readonly ConditionalWeakTable<RegistrySnapshot, AddressOwners> Known = [];

    private readonly FrozenDictionary<(string Address, int Port), FrozenSet<(string Namespace, string ServiceAccount)>> _owners;

    private AddressOwners(RegistrySnapshot registry)
    {
        var endpoints = registry.Endpoints.Values.Concat(registry.Shadowed.Values.SelectMany(others => others).Select(other => other.Endpoints));
        _owners = endpoints
            .SelectMany(group => group)
            .SelectMany(endpoint => endpoint.AllAddresses, static (endpoint, address) => (Address: address, Endpoint: endpoint))
            .GroupBy(owned => (owned.Address, owned.Endpoint.Port), owned => (owned.Endpoint.Namespace, owned.Endpoint.ServiceAccount))
            .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet());
    }

    public static AddressOwners Of(RegistrySnapshot registry) => Known.GetValue(registry, static snapshot => new AddressOwners(snapshot));

    /// <summary>Whether a client may have the listener of an address: its own, or one that is nobody's. A client without proof is taken at its word.</summary>
    public bool IsOpenTo(ClientView client, string address, int port) =>
        client.ServiceAccount is not { } account
        || !_owners.TryGetValue((address, port), out var owners)
        || owners.Contains((client.Namespace, account))

        // An entry that names no account speaks for every workload of its namespace.
        || owners.Contains((client.Namespace, ""));
}
