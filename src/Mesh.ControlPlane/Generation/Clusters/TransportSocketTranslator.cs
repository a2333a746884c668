using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.ControlPlane.Config.Istio.Networking.ClientTLSSettings.Types;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.tls</c> into what a cluster demands of its connections; what is demanded is never left out for a mesh client.</summary>
internal static class TransportSocketTranslator
{
    private const string Name = "envoy.transport_sockets.tls";

    public static void Apply(GenerationContext context, Cluster cluster, ResolvedService service, EffectiveRule rule, ClientTLSSettings? tls, bool isHttp2)
    {
        var demand = tls?.Mode switch
        {
            TLSmode.IstioMutual => MeshTls.Of(ServiceIdentities.Of(context, service, tls.SubjectAltNames)),
            TLSmode.Simple or TLSmode.Mutual => OriginatedTls(context, rule, ServiceIdentities.Complete(tls, service), isHttp2),
            _ => null,
        };
        if (demand is not null)
        {
            cluster.TransportSocket = new TransportSocket { Name = Name, TypedConfig = Any.Pack(demand) };
        }
    }

    // gRPC's clients take certificates from their bootstrap alone (gRFC A29), so istiod sends them nothing here.
    private static UpstreamTlsContext? OriginatedTls(
        GenerationContext context, EffectiveRule rule, ClientTLSSettings tls, bool isHttp2)
    {
        if (!context.IsProxylessGrpc)
        {
            return Clusters.OriginatedTls.Of(tls, isHttp2);
        }

        if (rule.Source is { } source)
        {
            context.Notices.LeftOut(source, $"tls mode {tls.Mode}", "gRPC's own clients are not told, as istiod does it, and connect without TLS; mesh clients are told");
        }

        return null;
    }
}
