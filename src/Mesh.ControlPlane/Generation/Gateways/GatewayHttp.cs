using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Inbound;
using Mesh.Protocol.Envoy.Http;
using ForwardDetails = Mesh.Protocol.Envoy.Http.HttpConnectionManager.Types.ForwardClientCertDetails;
using MeshForwardDetails = Mesh.Config.Istio.Mesh.ForwardClientCertDetails;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Says how a gateway reads requests: whom it believes about the caller, and what it asks before a route is looked for.</summary>
internal static class GatewayHttp
{
    public static HttpConnectionManager Of(InboundTarget target, string routes)
    {
        var topology = target.Context.Settings.GatewayTopology;
        var manager = new HttpConnectionManager
        {
            StatPrefix = $"outbound_{target.Address}_{target.Port}",
            Rds = new Rds { ConfigSource = Envelope.Ads(), RouteConfigName = routes },
            UseRemoteAddress = true,
            XffNumTrustedHops = topology.NumTrustedProxies,
            GenerateRequestId = true,
            ForwardClientCertDetails = Translate(topology.ForwardClientCertDetails),
            SetCurrentClientCertDetails = new HttpConnectionManager.Types.SetCurrentClientCertDetails { Subject = true, Cert = true, Dns = true, Uri = true },

            // Streams may be silent for as long as they like: the time of a call is for its route to say (istiod).
            StreamIdleTimeout = new Duration(),
        };
        PathNormalization.Apply(target.Context.Settings, manager);
        manager.UpgradeConfigs.Add(new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" });
        manager.HttpFilters.Add(InboundFilters.OfGateway(target));
        return manager;
    }

    private static ForwardDetails Translate(MeshForwardDetails details) => details switch
    {
        MeshForwardDetails.Sanitize => ForwardDetails.Sanitize,
        MeshForwardDetails.ForwardOnly => ForwardDetails.ForwardOnly,
        MeshForwardDetails.AppendForward => ForwardDetails.AppendForward,
        MeshForwardDetails.AlwaysForwardOnly => ForwardDetails.AlwaysForwardOnly,
        _ => ForwardDetails.SanitizeSet,
    };
}
