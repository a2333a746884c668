using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resolution;

namespace Mesh.Client.Xds.Resources;

/// <summary>Joins clusters with their endpoints; unchanged parts give the same record.</summary>
internal sealed class ClusterAssembler(ResourceTables tables, HostTable hosts, IShrinkGuard guard)
{
    /// <summary>gRFC A37: how deep aggregates may refer to each other.</summary>
    private const int MaxDepth = 16;

    private readonly Dictionary<string, Cluster> _joined = new(StringComparer.Ordinal);
    private readonly ResolvedEndpoints _resolved = new(hosts);

    /// <summary>The cluster, whose names are added to the needed ones; null when it is not known yet.</summary>
    public Cluster? Join(string name, NeededNames needed)
    {
        var known = _joined.GetValueOrDefault(name);
        var fresh = Build(name, needed);
        if (fresh is null || (known is not null && IsSame(known, fresh)))
        {
            // Its new form is on the way: the old one serves until then.
            return known;
        }

        _joined[name] = fresh;
        return fresh;
    }

    /// <summary>Forgets clusters that nothing needs.</summary>
    /// <param name="names">Clusters that something needs.</param>
    /// <param name="endpoints">Sets of endpoints that something needs.</param>
    public void Keep(HashSet<string> names, HashSet<string> endpoints)
    {
        foreach (var name in _joined.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            _joined.Remove(name);
        }

        _resolved.Keep(names);
        guard.Keep(endpoints);
    }

    private Cluster? Build(string name, NeededNames needed)
    {
        needed.Clusters.Add(name);
        if (tables.Clusters.Find(name) is not { IsAnswered: true } watch)
        {
            return null;
        }

        if (watch.Value is not { } resource)
        {
            return watch.Error is { } error
                ? Unusable(name, error)
                : Unusable(name, $"{name}: the control plane has no such cluster") with { IsMissing = true };
        }

        if (watch.Refused is { } refused && refused.SecurityDemand > resource.SecurityDemand)
        {
            // Decision 0011: what was called in plaintext is not when TLS is demanded in words that were not understood.
            return Unusable(name, $"{watch.Error}; it demands TLS, so that its older version {(resource.SecurityDemand is SecurityDemand.None ? "without" : "with less")} TLS is not used");
        }

        needed.Secrets.UnionWith(resource.Policy.SecretNames);
        var policy = KnownIdentities.Keep(resource.Policy, _joined.GetValueOrDefault(name)?.Policy);
        resource = ReferenceEquals(policy, resource.Policy) ? resource : resource with { Policy = policy };
        var cluster = resource switch
        {
            { Kind: ClusterKind.Eds } => Discovered(resource, needed),
            { Kind: ClusterKind.StrictDns } => Resolved(resource, needed),
            { Kind: ClusterKind.Aggregate } => Aggregate(resource, needed),
            _ => New(resource, resource.Endpoints, reason: null),
        };
        return cluster is not null && watch.Error is not null ? cluster with { Reason = watch.Error } : cluster;
    }

    private Cluster? Discovered(ClusterResource resource, NeededNames needed)
    {
        needed.Endpoints.Add(resource.EndpointSetName);
        return tables.Endpoints.Find(resource.EndpointSetName) is { IsAnswered: true } watch
            ? New(resource, watch.Value is { } told ? guard.Admit(resource.EndpointSetName, told, resource.MayShrink) : EndpointSet.Empty, watch.Error
                ?? (watch.Value is null ? $"{resource.EndpointSetName}: the control plane has no endpoints of that name" : null))
            : null;
    }

    /// <summary>With the addresses of all names; waits until each has been looked up once.</summary>
    private Cluster? Resolved(ClusterResource resource, NeededNames needed)
    {
        var complete = true;
        string? reason = null;
        foreach (var host in ResolvedEndpoints.HostsOf(resource.Endpoints))
        {
            needed.AddHost(host, resource.DnsRefresh);
            var record = hosts.Find(host);
            complete &= record is { IsAnswered: true };
            reason ??= record is { Error: { } error, Addresses.IsEmpty: true } ? $"{host} cannot be resolved: {error}" : null;
        }

        return complete ? New(resource, _resolved.Of(resource.Name, resource.Endpoints), reason) : null;
    }

    /// <summary>The leaves' priorities one after the other (gRFC A37); the first leaf's policies apply.</summary>
    private Cluster? Aggregate(ClusterResource resource, NeededNames needed)
    {
        var leaves = new List<Cluster>();
        if (!AddLeaves(resource, needed, leaves, [resource.Name], depth: 1))
        {
            return null;
        }

        if (leaves.Count == 0)
        {
            return Unusable(resource.Name, $"{resource.Name}: the aggregate leads to no cluster with endpoints within {MaxDepth} steps");
        }

        var localities = ImmutableArray.CreateBuilder<LocalityEndpoints>();
        var offset = 0u;
        foreach (var leaf in leaves)
        {
            localities.AddRange(leaf.Endpoints.Localities.Select(locality => locality with { Priority = offset + locality.Priority }));
            offset = localities.Count == 0 ? 0 : localities.Max(locality => locality.Priority) + 1;
        }

        return leaves[0] with
        {
            Name = resource.Name,
            Endpoints = leaves[0].Endpoints with { Localities = localities.ToImmutable(), DropOverloads = [] },
            Reason = leaves.FirstOrDefault(leaf => leaf.Reason is not null)?.Reason,
        };
    }

    /// <summary>Depth first, each cluster once; false while a leaf is not known yet.</summary>
    private bool AddLeaves(ClusterResource aggregate, NeededNames needed, List<Cluster> leaves, HashSet<string> seen, int depth)
    {
        var complete = true;
        foreach (var name in aggregate.Members.Where(seen.Add))
        {
            needed.Clusters.Add(name);
            if (tables.Clusters.Find(name)?.Value is { Kind: ClusterKind.Aggregate } inner)
            {
                complete &= depth >= MaxDepth || AddLeaves(inner, needed, leaves, seen, depth + 1);
            }
            else if (Build(name, needed) is { } leaf)
            {
                leaves.Add(leaf);
            }
            else
            {
                complete = false;
            }
        }

        return complete;
    }

    private static Cluster New(ClusterResource resource, EndpointSet endpoints, string? reason) =>
        new() { Name = resource.Name, Policy = resource.Policy, Endpoints = endpoints, Service = resource.Service, Reason = reason };

    private static Cluster Unusable(string name, string reason) =>
        new() { Name = name, Endpoints = EndpointSet.Empty, Reason = reason };

    private static bool IsSame(Cluster left, Cluster right) =>
        left == right || (IsSame(left.Endpoints, right.Endpoints) && left with { Endpoints = right.Endpoints } == right);

    // Aggregates are put together anew each time; their localities' endpoint arrays are the leaves' own.
    private static bool IsSame(EndpointSet left, EndpointSet right) =>
        left.DropOverloads.SequenceEqual(right.DropOverloads)
        && left.Localities.SequenceEqual(right.Localities)
        && left.Overprovisioning == right.Overprovisioning
        && left.WeighsHealth == right.WeighsHealth;
}
