using System.Collections.Frozen;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Generation;

/// <summary>Since which version of the state each resource can have become another: what endpoints do elsewhere makes nobody's resources anew.</summary>
/// <remarks>
/// Endpoints come and go all day, everything else changes when people change it. So only endpoints are told apart by host; every other change counts for every resource.
/// Of the resources that are made for an outbound host, its listener and routes name the service and never its endpoints.
/// </remarks>
internal sealed class ResourceStamps
{
    private readonly long _everything;
    private readonly FrozenDictionary<string, long> _hosts;

    private ResourceStamps(long everything, FrozenDictionary<string, long> hosts) => (_everything, _hosts) = (everything, hosts);

    /// <summary>Of a state without a past.</summary>
    public static ResourceStamps Of(long version) => new(version, FrozenDictionary<string, long>.Empty);

    /// <summary>Of the state that follows one whose stamps these are.</summary>
    public ResourceStamps After(MeshState before, MeshState after)
    {
        if (!Equals(before.Keys, after.Keys)
            || !Equals(before.Trust, after.Trust)
            || !RegistryContent.DifferInEndpointsAlone(before.Registry, after.Registry)
            || !HasOnlyOtherEndpoints(before.Config, after.Config))
        {
            return Of(after.Version);
        }

        var hosts = new Dictionary<string, long>(_hosts, StringComparer.Ordinal);
        foreach (var host in RegistryContent.HostsWithOtherEndpoints(before.Registry, after.Registry))
        {
            // What a wildcard covers is known by other names.
            if (host.StartsWith('*'))
            {
                return Of(after.Version);
            }

            hosts[host] = after.Version;
        }

        return new ResourceStamps(_everything, hosts.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The version before which the resource was not what it is now, at the latest <paramref name="state"/>'s own.</summary>
    /// <remarks>Asked for every name of every stream with every change: nothing is allocated.</remarks>
    public long Of(MeshState state, string typeUrl, string name)
    {
        var host = typeUrl switch
        {
            XdsTypeUrl.RouteConfiguration or XdsTypeUrl.Cluster or XdsTypeUrl.ClusterLoadAssignment => OutboundName.HostOf(name),
            XdsTypeUrl.Listener => name.AsSpan(0, Math.Max(0, name.LastIndexOf(':'))),
            _ => [],
        };

        // Short names, addresses and names under a wildcard mean a service that is called otherwise.
        if (host.IsEmpty || !state.Registry.Services.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(host))
        {
            return state.Version;
        }

        return typeUrl is XdsTypeUrl.Cluster or XdsTypeUrl.ClusterLoadAssignment
            && _hosts.Count > 0
            && _hosts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(host, out var moved)
                ? Math.Max(_everything, moved)
                : _everything;
    }

    private static bool HasOnlyOtherEndpoints(ConfigSnapshot before, ConfigSnapshot after)
    {
        if (ReferenceEquals(before, after))
        {
            return true;
        }

        foreach (var (id, resource) in after.Resources)
        {
            var isOld = before.Resources.TryGetValue(id, out var old);
            if (isOld ? !ReferenceEquals(old, resource) && !DifferInEndpoints(old!, resource) : resource.Spec is not WorkloadEntry)
            {
                return false;
            }
        }

        return before.Resources.All(old => old.Value.Spec is WorkloadEntry || after.Resources.ContainsKey(old.Key));
    }

    // The registry is all that reads the endpoints of either; what else these resources say reaches generation through services.
    private static bool DifferInEndpoints(Resource before, Resource after) => (before.Spec, after.Spec) switch
    {
        (WorkloadEntry, WorkloadEntry) => true,
        (ServiceEntry old, ServiceEntry entry) => HaveTheSameMetadata(before, after) && WithoutEndpoints(old).Equals(WithoutEndpoints(entry)),
        _ => false,
    };

    private static bool HaveTheSameMetadata(Resource before, Resource after) =>
        before.Origin == after.Origin
        && before.CreationTimestamp == after.CreationTimestamp
        && before.Annotations.SequenceEqual(after.Annotations)
        && before.Labels.SequenceEqual(after.Labels);

    private static ServiceEntry WithoutEndpoints(ServiceEntry entry)
    {
        var copy = entry.Clone();
        copy.Endpoints.Clear();
        return copy;
    }
}
