using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Envoy.Route.RouteAction.Types.RequestMirrorPolicy;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes the mirrors of one level.</summary>
internal static class MirrorDecoder
{
    private const uint Million = 1_000_000;

    public static ImmutableArray<MirrorPolicy> Decode(RepeatedField<Wire> policies, DecodeErrors errors)
    {
        if (policies.Count == 0)
        {
            return [];
        }

        var mirrors = ImmutableArray.CreateBuilder<MirrorPolicy>(policies.Count);
        for (var index = 0; index < policies.Count; index++)
        {
            mirrors.Add(Decode(policies[index], errors.In("request_mirror_policies", index)));
        }

        return mirrors.ToImmutable();
    }

    private static MirrorPolicy Decode(Wire policy, DecodeErrors errors)
    {
        if (policy.Cluster.Length == 0)
        {
            errors.Add(policy.ClusterHeader.Length > 0
                ? "cluster_header is not supported; use cluster"
                : "cluster: expected a name, got an empty one");
        }

        var share = policy.RuntimeFraction is { } fraction ? FractionDecoder.Decode(fraction.DefaultValue, errors.In("runtime_fraction")) : Million;
        return new MirrorPolicy(policy.Cluster, share)
        {
            Host = RewriteDecoder.Literal(policy.HostRewriteLiteral, errors.In("host_rewrite_literal")),
            IsUnmarked = policy.DisableShadowHostSuffixAppend,
        };
    }
}
