using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Filters.Tcp;
using SpecifierCase = Mesh.Protocol.Envoy.Filters.Tcp.TcpProxy.ClusterSpecifierOneofCase;

namespace Mesh.Client.Xds.Decoders.Connections;

/// <summary>Decodes Envoy's TCP proxy; what it asks for and cannot be done is refused, never ignored.</summary>
internal static class TcpProxyDecoder
{
    private const int DefaultBackoffFactor = 10;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static TcpRoute Decode(string chain, TcpProxy message, DecodeErrors errors)
    {
        if (message.TunnelingConfig is not null)
        {
            errors.Add("tunneling_config is not supported");
        }

        if (message.MetadataMatch is not null || message.WeightedClusters?.Clusters.Any(cluster => cluster.MetadataMatch is not null) == true)
        {
            errors.Add("metadata_match is not supported: a subset has a cluster of its own");
        }

        if (message.MaxConnectAttempts == 0)
        {
            errors.Add("max_connect_attempts: expected at least 1, got 0");
        }

        var (backoffBase, backoffMax) = Backoff(message, errors.In("backoff_options"));
        return new TcpRoute(chain.Length > 0 ? chain : message.StatPrefix)
        {
            Clusters = Clusters(message, errors),
            MaxConnectAttempts = (int)Math.Clamp(message.MaxConnectAttempts ?? 1, 1, int.MaxValue),
            BackoffBase = backoffBase,
            BackoffMax = backoffMax,
            IdleTimeout = IdleTimeout(message, errors.In("idle_timeout")),
            MaxDuration = MaxDuration(message, errors.In("max_downstream_connection_duration")),
            MaxDurationJitter = Jitter(message, errors.In("max_downstream_connection_duration_jitter_percentage")),
            HashesSourceAddress = HashesSourceAddress(message, errors.In("hash_policy")),
        };
    }

    private static ImmutableArray<WeightedCluster> Clusters(TcpProxy message, DecodeErrors errors)
    {
        switch (message.ClusterSpecifierCase)
        {
            case SpecifierCase.Cluster when message.Cluster.Length > 0:
                return [new WeightedCluster(message.Cluster, 1)];
            case SpecifierCase.WeightedClusters:
                return Weighted(message.WeightedClusters, errors.In("weighted_clusters"));
            default:
                errors.Add($"expected cluster or weighted_clusters, got {(message.ClusterSpecifierCase is SpecifierCase.Cluster ? "an empty cluster" : "none")}");
                return [];
        }
    }

    private static ImmutableArray<WeightedCluster> Weighted(TcpProxy.Types.WeightedCluster message, DecodeErrors errors)
    {
        if (message.Clusters.Count == 0)
        {
            errors.Add("expected at least one cluster, got none");
        }

        for (var index = 0; index < message.Clusters.Count; index++)
        {
            // Envoy's own rules of this message, which are stricter than those of a route.
            var cluster = message.Clusters[index];
            if (cluster.Name.Length == 0 || cluster.Weight == 0)
            {
                errors.In("clusters", index).Add($"expected a name and a weight of at least 1, got '{cluster.Name}' and {cluster.Weight}");
            }
        }

        return [.. message.Clusters.Select(cluster => new WeightedCluster(cluster.Name, cluster.Weight))];
    }

    // Zero turns it off; unset is Envoy's hour.
    private static TimeSpan? IdleTimeout(TcpProxy message, DecodeErrors errors)
    {
        var timeout = DurationDecoder.DecodeNonNegative(message.IdleTimeout, errors) ?? TcpRoute.DefaultIdleTimeout;
        return timeout > TimeSpan.Zero ? timeout : null;
    }

    private static TimeSpan? MaxDuration(TcpProxy message, DecodeErrors errors)
    {
        var duration = DurationDecoder.Decode(message.MaxDownstreamConnectionDuration, errors);
        if (duration < Millisecond)
        {
            errors.Add($"expected at least 1 ms, got {duration}");
        }

        return duration;
    }

    private static double Jitter(TcpProxy message, DecodeErrors errors)
    {
        var percent = message.MaxDownstreamConnectionDurationJitterPercentage?.Value ?? 0;
        if (percent is >= 0 and <= 100)
        {
            return percent / 100;
        }

        errors.Add($"expected 0 to 100, got {percent}");
        return 0;
    }

    private static (TimeSpan Base, TimeSpan Max) Backoff(TcpProxy message, DecodeErrors errors)
    {
        if (message.BackoffOptions is not { } options)
        {
            return default;
        }

        var first = DurationDecoder.DecodePositive(options.BaseInterval, errors.In("base_interval"));
        var longest = DurationDecoder.DecodePositive(options.MaxInterval, errors.In("max_interval")) ?? first * DefaultBackoffFactor;
        if (!(first >= Millisecond) || longest < first)
        {
            errors.Add($"expected a base_interval of at least 1 ms and no longer than max_interval, got {first} and {longest}");
        }

        return (first ?? default, longest ?? default);
    }

    private static bool HashesSourceAddress(TcpProxy message, DecodeErrors errors)
    {
        if (message.HashPolicy.Count > 1 || message.HashPolicy.Any(policy => policy.SourceIp is null))
        {
            errors.Add("expected none, or source_ip alone");
        }

        return message.HashPolicy.Count > 0;
    }
}
