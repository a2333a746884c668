using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Telemetry;
using Mesh.Protocol.Envoy.Clusters.Aggregate;
using TypeCase = Mesh.Protocol.Envoy.Cluster.Cluster.ClusterDiscoveryTypeOneofCase;
using Wire = Mesh.Protocol.Envoy.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes clusters (CDS).</summary>
internal static class ClusterDecoder
{
    private const string AggregateName = "envoy.clusters.aggregate";
    private const string AggregateType = "envoy.extensions.clusters.aggregate.v3.ClusterConfig";

    /// <summary>Envoy's.</summary>
    private static readonly TimeSpan DefaultDnsRefresh = TimeSpan.FromSeconds(5);

    /// <param name="message">The resource.</param>
    /// <param name="certificateProviders">The instances the bootstrap names; TLS settings may refer to no others (gRFC A29).</param>
    public static DecodeResult<ClusterResource> Decode(Wire.Cluster message, ImmutableHashSet<string> certificateProviders)
    {
        var errors = new DecodeErrors();
        if (message.Name.Length == 0)
        {
            errors.Add("cluster without a name");
        }

        var cluster = Source(message, errors) with
        {
            Policy = Policy(message, certificateProviders, errors),
            SecurityDemand = TransportMatchDecoder.Demand(message),
            Service = PeerMetadataDecoder.Service(message.Metadata),
            MayShrink = message.Metadata?.FilterMetadata.GetValueOrDefault("mesh")?.Fields.GetValueOrDefault("allow_empty")?.BoolValue == true,
        };

        if (message.LrsServer is { ConfigSourceSpecifierCase: not Mesh.Protocol.Envoy.Core.ConfigSource.ConfigSourceSpecifierOneofCase.Self } source)
        {
            errors.Add($"lrs_server: expected self, got {source.ConfigSourceSpecifierCase}");
        }

        return DecodeResult<ClusterResource>.From(message.Name, cluster, errors);
    }

    private static ClusterPolicy Policy(Wire.Cluster message, ImmutableHashSet<string> certificateProviders, DecodeErrors errors)
    {
        var options = ConnectionDecoder.ReadOptions(message, errors);
        return new ClusterPolicy
        {
            OutlierDetection = OutlierDetectionDecoder.Decode(message.OutlierDetection, errors.In("outlier_detection")),
            HealthCheck = HealthCheckDecoder.Decode(message.HealthChecks, errors.In("health_checks")),
            LoadBalancing = LoadBalancingDecoder.Decode(message, errors),
            ConnectTimeout = DurationDecoder.DecodePositive(message.ConnectTimeout, errors.In("connect_timeout")) ?? ClusterPolicy.Default.ConnectTimeout,
            RetryBudget = RetryBudgetDecoder.Decode(message.CircuitBreakers, errors.In("circuit_breakers")),
            Limits = CircuitBreakerDecoder.Decode(message.CircuitBreakers),
            Connection = ConnectionDecoder.Decode(message, options, errors),
            Security = TransportSocketDecoder.Decode(
                message.TransportSocket, options?.UpstreamHttpProtocolOptions, certificateProviders, errors.In("transport_socket")),
            SecurityByLabels = TransportMatchDecoder.Decode(message, options?.UpstreamHttpProtocolOptions, certificateProviders, errors),
        };
    }

    private static ClusterResource Source(Wire.Cluster message, DecodeErrors errors)
    {
        if (message.ClusterDiscoveryTypeCase == TypeCase.ClusterType)
        {
            return Aggregate(message, errors.In("cluster_type"));
        }

        switch (message.Type)
        {
            case Wire.Cluster.Types.DiscoveryType.Eds:
                return Discovered(message, errors.In("eds_cluster_config"));
            case Wire.Cluster.Types.DiscoveryType.LogicalDns:
                return LogicalDns(message, errors.In("load_assignment"));
            case Wire.Cluster.Types.DiscoveryType.Static:
                return Inline(message, errors.In("load_assignment"));
            case Wire.Cluster.Types.DiscoveryType.StrictDns:
                return StrictDns(message, errors);
            case Wire.Cluster.Types.DiscoveryType.OriginalDst:
                return new ClusterResource(message.Name, ClusterKind.Inline);
            default:
                errors.Add($"type: expected EDS, STATIC, STRICT_DNS, LOGICAL_DNS, ORIGINAL_DST or an aggregate, got {message.Type}");
                return new ClusterResource(message.Name, ClusterKind.Inline);
        }
    }

    private static ClusterResource Discovered(Wire.Cluster message, DecodeErrors errors)
    {
        ListenerDecoder.CheckSource(message.EdsClusterConfig?.EdsConfig, errors.In("eds_config"));
        var serviceName = message.EdsClusterConfig?.ServiceName ?? "";
        if (serviceName.Length == 0 && message.Name.StartsWith("xdstp:", StringComparison.Ordinal))
        {
            errors.Add("service_name: expected one, as the cluster's own name starts with xdstp: (gRFC A47)");
        }

        return new ClusterResource(message.Name, ClusterKind.Eds) { EndpointSetName = serviceName.Length > 0 ? serviceName : message.Name };
    }

    private static ClusterResource StrictDns(Wire.Cluster message, DecodeErrors errors)
    {
#pragma warning disable CS0612 // Deprecated in favour of a typed resolver, and what istiod sends.
        var refresh = DurationDecoder.DecodePositive(message.DnsRefreshRate, errors.In("dns_refresh_rate"));
#pragma warning restore CS0612
        return Inline(message, errors.In("load_assignment")) with { Kind = ClusterKind.StrictDns, DnsRefresh = refresh ?? DefaultDnsRefresh };
    }

    /// <summary>One host name, which each new connection resolves anew.</summary>
    private static ClusterResource LogicalDns(Wire.Cluster message, DecodeErrors errors)
    {
        var hosts = message.LoadAssignment?.Endpoints.Sum(locality => locality.LbEndpoints.Count) ?? 0;
        if (message.LoadAssignment?.Endpoints.Count != 1 || hosts != 1)
        {
            errors.Add($"expected one locality with one endpoint, got {message.LoadAssignment?.Endpoints.Count ?? 0} with {hosts}");
            return new ClusterResource(message.Name, ClusterKind.Inline);
        }

        return Inline(message, errors);
    }

    private static ClusterResource Inline(Wire.Cluster message, DecodeErrors errors) =>
        new(message.Name, ClusterKind.Inline)
        {
            Endpoints = message.LoadAssignment is null ? EndpointSet.Empty : EndpointDecoder.DecodeInline(message.LoadAssignment, errors),
        };

    private static ClusterResource Aggregate(Wire.Cluster message, DecodeErrors errors)
    {
        var aggregate = new ClusterResource(message.Name, ClusterKind.Aggregate);
        if (message.ClusterType.Name != AggregateName || message.ClusterType.TypedConfig is null)
        {
            errors.Add($"expected {AggregateName}, got '{message.ClusterType.Name}'");
            return aggregate;
        }

        if (TypedConfig.Read(message.ClusterType.TypedConfig, errors) is not { } config)
        {
            return aggregate;
        }

        var members = config.TypeUrl == AggregateType ? config.Parse(ClusterConfig.Parser, errors)?.Clusters : null;
        if (members is null or { Count: 0 })
        {
            errors.Add($"expected {AggregateType} with at least one cluster, got {config.TypeUrl}");
            return aggregate;
        }

        return aggregate with { Members = [.. members] };
    }
}
