using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Clusters;
using Mesh.ControlPlane.Generation.Endpoints;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Listener;
using static Mesh.Config.Istio.Security.PeerAuthentication.Types.MutualTLS.Types;

namespace Mesh.ControlPlane.Generation.Inbound.Authentication;

/// <summary>Makes the filter chains of a port by its PeerAuthentication: with mutual TLS, without, or one of each.</summary>
internal static class FilterChains
{
    private const string TlsSocket = "envoy.transport_sockets.tls";
    private const string TlsProtocol = "tls";
    private const string RawProtocol = "raw_buffer";

    private static readonly Dictionary<string, string> TakesTls = new(StringComparer.Ordinal) { [MutualTlsEndpoints.Label] = MutualTlsEndpoints.MatchValue };

    public static IEnumerable<FilterChain> Of(InboundTarget target)
    {
        var mode = PeerAuthenticationResolver.Resolve(target.Context.Index, target.Context.Client.Namespace, target.Context.Labels.Match, target.Port);
        return target.Context.IsProxylessGrpc ? [ForGrpc(target.Context, mode)] : ForMeshServer(mode);
    }

    // A chain for the other kind of connection is missing where the mode takes one kind.
    private static IEnumerable<FilterChain> ForMeshServer(Mode mode)
    {
        if (mode != Mode.Disable)
        {
            var chain = Mutual();
            chain.FilterChainMatch = new FilterChainMatch { TransportProtocol = TlsProtocol };
            yield return chain;
        }

        if (mode != Mode.Strict)
        {
            var chain = Plaintext();
            chain.FilterChainMatch = new FilterChainMatch { TransportProtocol = RawProtocol };
            yield return chain;
        }
    }

    // gRPC's servers cannot take both on one port: istiod decides for those that may take either by what the workload says it can.
    private static FilterChain ForGrpc(GenerationContext context, Mode mode) =>
        mode == Mode.Strict || (mode == Mode.Permissive && context.Labels.Match(TakesTls)) ? Mutual() : Plaintext();

    private static FilterChain Plaintext() => new() { Name = "inbound-plaintext" };

    private static FilterChain Mutual() => new()
    {
        Name = "inbound-mtls",
        TransportSocket = new TransportSocket
        {
            Name = TlsSocket,
            TypedConfig = Any.Pack(MeshTls.OfServer()),
        },
    };
}
