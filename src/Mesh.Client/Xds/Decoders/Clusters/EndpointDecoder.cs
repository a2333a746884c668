using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Endpoints;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Client.Xds.Decoders.Telemetry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Locality = Mesh.Client.Model.Locality;
using WireLocality = Mesh.Protocol.Envoy.Core.Locality;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes endpoints (EDS, and <c>load_assignment</c> of clusters that bring their own).</summary>
internal static class EndpointDecoder
{
    public static DecodeResult<EndpointSet> Decode(ClusterLoadAssignment message)
    {
        var errors = new DecodeErrors();
        if (message.ClusterName.Length == 0)
        {
            errors.Add("load assignment without a cluster_name");
        }

        return DecodeResult<EndpointSet>.From(message.ClusterName, Decode(message, weightRequired: true, errors), errors);
    }

    /// <summary>Inside of a cluster a locality needs neither a name nor a weight.</summary>
    public static EndpointSet DecodeInline(ClusterLoadAssignment message, DecodeErrors errors) =>
        Decode(message, weightRequired: false, errors);

    private static EndpointSet Decode(ClusterLoadAssignment message, bool weightRequired, DecodeErrors errors)
    {
        var priorities = new SortedDictionary<uint, ulong>();
        var addresses = new HashSet<EndpointAddress>();
        var localities = ImmutableArray.CreateBuilder<LocalityEndpoints>(message.Endpoints.Count);
        var seen = new HashSet<(uint Priority, Locality Locality)>();
        var workloads = new Dictionary<(string, string, string), WorkloadReference?>();
        for (var index = 0; index < message.Endpoints.Count; index++)
        {
            var wire = message.Endpoints[index];
            var localityErrors = errors.In("endpoints", index);
            if (wire.Locality is null && weightRequired)
            {
                localityErrors.Add("expected a locality, got none");
            }

            var weight = wire.LoadBalancingWeight ?? (weightRequired ? 0u : 1u);
            if (weight == 0)
            {
                // A27: a locality without a weight takes no requests.
                continue;
            }

            var locality = Decode(wire.Locality);
            if (!seen.Add((wire.Priority, locality)))
            {
                localityErrors.Add($"locality '{locality}' is there twice with priority {wire.Priority}");
            }

            priorities[wire.Priority] = priorities.GetValueOrDefault(wire.Priority) + weight;
            localities.Add(new(locality, wire.Priority, weight, Endpoints(wire, addresses, workloads, localityErrors)));
        }

        CheckPriorities(priorities, errors);
        return new EndpointSet(localities.ToImmutable())
        {
            DropOverloads = Drops(message, errors.In("policy")),
            Overprovisioning = Overprovisioning(message, errors.In("policy.overprovisioning_factor")),
            WeighsHealth = message.Policy?.WeightedPriorityHealth ?? false,
        };
    }

    private static Locality Decode(WireLocality? locality) =>
        locality is null || (locality.Region.Length == 0 && locality.Zone.Length == 0 && locality.SubZone.Length == 0)
            ? Locality.None
            : new(locality.Region, locality.Zone, locality.SubZone);

    private static void CheckPriorities(SortedDictionary<uint, ulong> priorities, DecodeErrors errors)
    {
        var expected = 0u;
        foreach (var (priority, weight) in priorities)
        {
            if (priority != expected++)
            {
                errors.Add($"priorities must have no gaps: {priority} is there without {expected - 1}");
                return;
            }

            if (weight > uint.MaxValue)
            {
                errors.Add($"the locality weights of priority {priority} add up to {weight}; expected at most {uint.MaxValue}");
            }
        }
    }

    private static ImmutableArray<Model.Endpoint> Endpoints(
        LocalityLbEndpoints locality, HashSet<EndpointAddress> addresses, Dictionary<(string, string, string), WorkloadReference?> workloads, DecodeErrors errors)
    {
        ulong total = 0;
        var localityLabels = TransportMatchDecoder.LabelsOf(locality.Metadata);
        var endpoints = ImmutableArray.CreateBuilder<Model.Endpoint>(locality.LbEndpoints.Count);
        for (var index = 0; index < locality.LbEndpoints.Count; index++)
        {
            var wire = locality.LbEndpoints[index];
            var endpointErrors = errors.In("lb_endpoints", index);
            if (EndpointAddressDecoder.Decode(wire, endpointErrors) is not { } address)
            {
                continue;
            }

            var additional = EndpointAddressDecoder.DecodeAdditional(wire, address, endpointErrors);

            var weight = wire.LoadBalancingWeight ?? 1;
            total += weight;
            if (weight == 0)
            {
                endpointErrors.Add("load_balancing_weight: expected at least 1, got 0");
            }

            foreach (var one in additional.Prepend(address).Where(one => !addresses.Add(one)))
            {
                endpointErrors.Add($"address {one} is there twice");
            }

            endpoints.Add(new(address, weight, Health(wire.HealthStatus))
            {
                AdditionalAddresses = additional,
                HostName = wire.Endpoint.Hostname,
                HashKey = HashKey(wire.Metadata),
                Placement = PlacementDecoder.Decode(wire.Metadata),
                TransportLabels = TransportMatchDecoder.LabelsOf(wire.Metadata),
                LocalityLabels = localityLabels,
                Workload = PeerMetadataDecoder.Workload(wire.Metadata, workloads),
            });
        }

        if (total > uint.MaxValue)
        {
            errors.Add($"the endpoint weights add up to {total}; expected at most {uint.MaxValue}");
        }

        return endpoints.ToImmutable();
    }

    /// <summary>Degraded endpoints take no requests, as with gRPC's clients (gRFC A27).</summary>
    internal static EndpointHealth Health(HealthStatus status) => status switch
    {
        HealthStatus.Unknown => EndpointHealth.Unknown,
        HealthStatus.Healthy => EndpointHealth.Healthy,
        HealthStatus.Draining => EndpointHealth.Draining,
        _ => EndpointHealth.Unhealthy,
    };

    /// <summary>gRFC A76, and Envoy.</summary>
    private static string? HashKey(Metadata? metadata) =>
        metadata is not null
        && metadata.FilterMetadata.TryGetValue("envoy.lb", out var balancing)
        && balancing.Fields.TryGetValue("hash_key", out var key)
        && key.StringValue.Length > 0
            ? key.StringValue
            : null;

    private static uint Overprovisioning(ClusterLoadAssignment message, DecodeErrors errors)
    {
        var factor = message.Policy?.OverprovisioningFactor ?? EndpointSet.DefaultOverprovisioning;
        if (factor == 0)
        {
            errors.Add("expected at least 1, got 0");
        }

        return factor;
    }

    private static ImmutableArray<DropOverload> Drops(ClusterLoadAssignment message, DecodeErrors errors) =>
        message.Policy is null
            ? []
            : [.. message.Policy.DropOverloads.Select((drop, index) =>
                new DropOverload(drop.Category, FractionDecoder.Decode(drop.DropPercentage, errors.In("drop_overloads", index))))];
}
