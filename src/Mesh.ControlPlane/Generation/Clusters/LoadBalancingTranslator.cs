using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.LeastRequest;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.RingHash;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;
using static Mesh.Protocol.Envoy.Cluster.Cluster.Types;
using SimpleLb = Mesh.Config.Istio.Networking.LoadBalancerSettings.Types.SimpleLB;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.loadBalancer</c> into a cluster's load-balancing policy.</summary>
internal static class LoadBalancingTranslator
{
    private const ulong DefaultMinimumRingSize = 1_024;
    private const ulong MaximumRingSize = 8_388_608;
    private const ulong DefaultMaglevTableSize = 65_537;

    public static void Apply(GenerationContext context, Cluster cluster, EffectiveRule rule, LoadBalancerSettings? settings)
    {
        if (context.IsProxylessGrpc)
        {
            ApplyForGrpc(context, cluster, rule, settings);
            return;
        }

        // Its presence says that the cluster is in Envoy's form: localities are weighed only where it says so, and panic is off (Istio).
        var weighsLocalities = WeighsLocalities(context, settings);
        cluster.CommonLbConfig = new CommonLbConfig { LocalityWeightedLbConfig = weighsLocalities ? new CommonLbConfig.Types.LocalityWeightedLbConfig() : null };
        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(cluster, hash);
        }
        else if (settings?.Simple is SimpleLb.Passthrough)
        {
            PassThrough(cluster);
        }
        else if (LatencyBalancing.Of(context, rule) is { } latency)
        {
            var policies = Policies(latency, new LeastRequest());
            cluster.LoadBalancingPolicy = weighsLocalities ? Policies(new WrrLocality { EndpointPickingPolicy = policies }) : policies;
        }
        else
        {
            ApplySimple(cluster, settings);
        }
    }

    /// <summary>Sessions stay at endpoints that drain (istiod, for services with persistent sessions).</summary>
    public static void KeepSessions(GenerationContext context, Cluster cluster, Registry.Service service)
    {
        if (service.SessionCookie.Length > 0 || (context.Index.Converted.HasSessions && !context.IsProxylessGrpc))
        {
            cluster.CommonLbConfig ??= new CommonLbConfig();
            cluster.CommonLbConfig.OverrideHostStatus = new HealthStatusSet { Statuses = { HealthStatus.Unknown, HealthStatus.Healthy, HealthStatus.Draining } };
        }
    }

    /// <summary>The client dials the address that the request names (Istio's PASSTHROUGH, and resolution NONE).</summary>
    public static void PassThrough(Cluster cluster)
    {
        cluster.Type = DiscoveryType.OriginalDst;
        cluster.LbPolicy = LbPolicy.ClusterProvided;
        cluster.EdsClusterConfig = null;
        cluster.LoadAssignment = null;
    }

    // Istio's default for its own proxies is least request; LEAST_CONN is its old name.
    private static void ApplySimple(Cluster cluster, LoadBalancerSettings? settings)
    {
        switch (settings?.Simple)
        {
            case SimpleLb.Random:
                cluster.LbPolicy = LbPolicy.Random;
                break;
            case SimpleLb.RoundRobin:
                cluster.LbPolicy = LbPolicy.RoundRobin;
                cluster.RoundRobinLbConfig = SlowStart(settings) is { } start ? new RoundRobinLbConfig { SlowStartConfig = start } : null;
                break;
            default:
                cluster.LbPolicy = LbPolicy.LeastRequest;
                cluster.LeastRequestLbConfig = SlowStart(settings) is { } slow ? new LeastRequestLbConfig { SlowStartConfig = slow } : null;
                break;
        }
    }

#pragma warning disable CS0612 // Istio still reads the old place of the duration.
    private static SlowStartConfig? SlowStart(LoadBalancerSettings? settings)
    {
        if (settings?.Warmup is not { } warmup)
        {
            return settings?.WarmupDurationSecs is { } duration ? new SlowStartConfig { SlowStartWindow = duration } : null;
        }

        return new SlowStartConfig
        {
            SlowStartWindow = warmup.Duration,
            MinWeightPercent = warmup.MinimumPercent is { } minimum ? new Protocol.Envoy.Type.Percent { Value = minimum } : null,
            Aggression = warmup.Aggression is { } aggression ? new RuntimeDouble { DefaultValue = aggression } : null,
        };
    }
#pragma warning restore CS0612

    // Where the request names its address there is nothing to weigh.
    private static bool WeighsLocalities(GenerationContext context, LoadBalancerSettings? settings) =>
        settings?.Simple is not SimpleLb.Passthrough && context.Settings.LocalityOf(settings) is { Distribute.Count: > 0 };

    // gRPC C-core 1.51 and Node refuse the enum LEAST_REQUEST, and C-core dies of RING_HASH (grpc#31766). A client that reads
    // load_balancing_policy takes the first entry it knows (gRFC A52), one that does not read it gets round robin.
    private static void ApplyForGrpc(GenerationContext context, Cluster cluster, EffectiveRule rule, LoadBalancerSettings? settings)
    {
        cluster.LbPolicy = LbPolicy.RoundRobin;
        if (settings?.ConsistentHash is { } hash)
        {
            cluster.LoadBalancingPolicy = Policies(Ring(), WrrLocality(new RoundRobin()));
            if (rule.Source is { } source && MinimumRingSize(hash) != DefaultMinimumRingSize)
            {
                context.Notices.LeftOut(source, "consistentHash minimumRingSize", "gRPC clients keep their default of 1,024, because Node refuses every size");
            }
        }
        else if (settings?.Simple == SimpleLb.LeastRequest)
        {
            cluster.LoadBalancingPolicy = Policies(WrrLocality(new LeastRequest(), new RoundRobin()));
        }
    }

    private static void ApplyHash(Cluster cluster, LoadBalancerSettings.Types.ConsistentHashLB hash)
    {
        if (hash.Maglev is { } maglev)
        {
            cluster.LbPolicy = LbPolicy.Maglev;
            cluster.MaglevLbConfig = new MaglevLbConfig { TableSize = maglev.TableSize > 0 ? maglev.TableSize : DefaultMaglevTableSize };
            return;
        }

        cluster.LbPolicy = LbPolicy.RingHash;
        cluster.RingHashLbConfig = new RingHashLbConfig { MinimumRingSize = MinimumRingSize(hash), MaximumRingSize = MaximumRingSize };
    }

    // Go and Node refuse the default hash function, which is zero, and Node any size that is set at all; gRPC's own default is Istio's 1,024.
    private static RingHash Ring() => new() { HashFunction = RingHash.Types.HashFunction.XxHash };

#pragma warning disable CS0612 // Istio still reads the old place of minimumRingSize.
    private static ulong MinimumRingSize(LoadBalancerSettings.Types.ConsistentHashLB hash)
    {
        var size = hash.RingHash is { MinimumRingSize: > 0 } ring ? ring.MinimumRingSize : hash.MinimumRingSize;
        return size == 0 ? DefaultMinimumRingSize : Math.Min(size, MaximumRingSize);
    }
#pragma warning restore CS0612

    private static WrrLocality WrrLocality(params IMessage[] picking) => new() { EndpointPickingPolicy = Policies(picking) };

    private static LoadBalancingPolicy Policies(params IMessage[] policies) => new()
    {
        Policies =
        {
            policies.Select(policy => new LoadBalancingPolicy.Types.Policy
            {
                TypedExtensionConfig = new TypedExtensionConfig { Name = policy.Descriptor.FullName, TypedConfig = Any.Pack(policy) },
            }),
        },
    };
}
