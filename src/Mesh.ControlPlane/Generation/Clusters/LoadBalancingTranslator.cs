using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.LeastRequest;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.RingHash;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.loadBalancer</c> into a cluster's load-balancing policy.</summary>
internal static class LoadBalancingTranslator
{
    private const ulong DefaultMinimumRingSize = 1_024;
    private const ulong MaximumRingSize = 8_388_608;
    private const ulong DefaultMaglevTableSize = 65_537;

    public static void Apply(GenerationContext context, Cluster cluster, LoadBalancerSettings? settings)
    {
        if (context.IsProxylessGrpc)
        {
            ApplyForGrpc(cluster, settings);
            return;
        }

        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(cluster, hash);
            return;
        }

        // Istio's default for its own proxies is least request; LEAST_CONN is its old name.
        cluster.LbPolicy = settings?.Simple switch
        {
            LoadBalancerSettings.Types.SimpleLB.RoundRobin => Cluster.Types.LbPolicy.RoundRobin,
            LoadBalancerSettings.Types.SimpleLB.Random => Cluster.Types.LbPolicy.Random,
            _ => Cluster.Types.LbPolicy.LeastRequest,
        };
    }

    // gRPC C-core 1.51 and Node refuse the enum LEAST_REQUEST, and C-core dies of RING_HASH (grpc#31766). A client that reads
    // load_balancing_policy takes the first entry it knows (gRFC A52), one that does not read it gets round robin.
    private static void ApplyForGrpc(Cluster cluster, LoadBalancerSettings? settings)
    {
        cluster.LbPolicy = Cluster.Types.LbPolicy.RoundRobin;
        if (settings?.ConsistentHash is { } hash)
        {
            cluster.LoadBalancingPolicy = Policies(Ring(hash), WrrLocality(new RoundRobin()));
        }
        else if (settings?.Simple == LoadBalancerSettings.Types.SimpleLB.LeastRequest)
        {
            cluster.LoadBalancingPolicy = Policies(WrrLocality(new LeastRequest(), new RoundRobin()));
        }
    }

    private static void ApplyHash(Cluster cluster, LoadBalancerSettings.Types.ConsistentHashLB hash)
    {
        if (hash.Maglev is { } maglev)
        {
            cluster.LbPolicy = Cluster.Types.LbPolicy.Maglev;
            cluster.MaglevLbConfig = new Cluster.Types.MaglevLbConfig { TableSize = maglev.TableSize > 0 ? maglev.TableSize : DefaultMaglevTableSize };
            return;
        }

        cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
        cluster.RingHashLbConfig = new Cluster.Types.RingHashLbConfig { MinimumRingSize = MinimumRingSize(hash), MaximumRingSize = MaximumRingSize };
    }

    private static RingHash Ring(LoadBalancerSettings.Types.ConsistentHashLB hash) => new()
    {
        // Go and Node refuse the default hash function, which is zero.
        HashFunction = RingHash.Types.HashFunction.XxHash,
        MinimumRingSize = MinimumRingSize(hash),
        MaximumRingSize = MaximumRingSize,
    };

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
