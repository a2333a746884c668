using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Endpoints;
using Mesh.ControlPlane.Generation.Gateways;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.Config.Istio.Networking.ClientTLSSettings.Types;
using ServicePort = Mesh.ControlPlane.Registry.ServicePort;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns <c>trafficPolicy.tls</c> into what a cluster demands of its connections; what is demanded is never left out for a mesh client.</summary>
internal static class TransportSocketTranslator
{
    private const string TlsSocket = "envoy.transport_sockets.tls";
    private const string PlaintextSocket = "envoy.transport_sockets.raw_buffer";

    // istiod's names.
    private const string AutomaticName = "tlsMode-istio";
    private const string PlaintextName = "tlsMode-disabled";

    public static void Apply(GenerationContext context, Cluster cluster, ResolvedService service, EffectiveRule rule, TransportDemand demand)
    {
        switch (demand.Tls?.Mode)
        {
            case TLSmode.IstioMutual:
                cluster.TransportSocket = Socket(Mutual(context, service, demand));
                break;
            case TLSmode.Simple or TLSmode.Mutual
                when OriginatedTls(context, rule, ServiceIdentities.Complete(demand.Tls, service), demand.IsHttp2) is { } originated:
                cluster.TransportSocket = Socket(originated);
                break;
            case null when IsAutomatic(context, service, demand.Port):
                // istiod: endpoints that say they can are called with mutual TLS, the others in plaintext.
                cluster.TransportSocketMatches.Add(Match(AutomaticName, MutualTlsEndpoints.MatchValue, Socket(Mutual(context, service, demand))));
                cluster.TransportSocketMatches.Add(Match(PlaintextName, label: null, new TransportSocket { Name = PlaintextSocket }));
                break;
        }
    }

    // gRPC's own clients do not read transport_socket_matches; an application's own TLS (https, tls) goes to the application as it is.
    private static bool IsAutomatic(GenerationContext context, ResolvedService service, ServicePort port) =>
        context.Settings.EnablesAutoMutualTls
        && !context.IsProxylessGrpc
        && !service.Service.IsExternal
        && port.Protocol is not (ServiceProtocol.Https or ServiceProtocol.Tls);

    private static UpstreamTlsContext Mutual(GenerationContext context, ResolvedService service, TransportDemand demand) => MeshTls.Of(
        ServiceIdentities.Of(context, service, demand.Tls is null ? [] : demand.Tls.SubjectAltNames),
        context.IsProxylessGrpc ? "" : demand.Tls is { Sni.Length: > 0 } named ? named.Sni : demand.ServerName);

    private static TransportSocket Socket(UpstreamTlsContext context) => new() { Name = TlsSocket, TypedConfig = Any.Pack(context) };

    private static Cluster.Types.TransportSocketMatch Match(string name, string? label, TransportSocket socket)
    {
        var match = new Cluster.Types.TransportSocketMatch { Name = name, Match = new Struct(), TransportSocket = socket };
        if (label is not null)
        {
            match.Match.Fields[MutualTlsEndpoints.MatchKey] = Value.ForString(label);
        }

        return match;
    }

    // gRPC's clients take certificates from their bootstrap alone (gRFC A29), so istiod sends them nothing here.
    private static UpstreamTlsContext? OriginatedTls(
        GenerationContext context, EffectiveRule rule, ClientTLSSettings tls, bool isHttp2)
    {
        if (!context.IsProxylessGrpc)
        {
            if (CredentialName.IsSecret(tls.CredentialName) && !context.Client.IsGateway && !rule.NamesClients && rule.Source is { } credential)
            {
                // Istio would leave the TLS out.
                context.Notices.LeftOut(
                    credential, "tls.credentialName", "only gateways are given the secret, and workloads that the rule names by workloadSelector; the connections of others fail");
            }

            return Clusters.OriginatedTls.Of(context, tls, isHttp2);
        }

        if (rule.Source is { } source)
        {
            context.Notices.LeftOut(source, $"tls mode {tls.Mode}", "gRPC's own clients are not told, as istiod does it, and connect without TLS; mesh clients are told");
        }

        return null;
    }
}
