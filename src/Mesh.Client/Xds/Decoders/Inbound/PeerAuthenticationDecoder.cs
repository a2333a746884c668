using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.Client.Xds.Decoders.Inbound;

/// <summary>Decodes which connections a port takes from its filter chains: with mutual TLS, without, or both.</summary>
internal static class PeerAuthenticationDecoder
{
    private const string TlsType = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
    private const string RawBufferName = "envoy.transport_sockets.raw_buffer";

    public static PeerAuthenticationMode Decode(Listener message, DecodeErrors errors)
    {
        var (mutual, plain) = (false, false);
        foreach (var chain in message.FilterChains.Append(message.DefaultFilterChain))
        {
            if (chain is null)
            {
                continue;
            }

            if (chain.TransportSocket is not { } socket || socket.Name == RawBufferName)
            {
                plain = true;
            }
            else if (TypedConfig.Read(socket.TypedConfig, errors) is { TypeUrl: TlsType } config
                && config.Parse(DownstreamTlsContext.Parser, errors) is { } context)
            {
                // gRFC A29: what a server of the mesh is asked for is a certificate of the peer, too.
                if (context.RequireClientCertificate is not true)
                {
                    errors.In("require_client_certificate").Add("expected true, got false: a port of the mesh takes mutual TLS or none");
                }

                mutual = true;
            }
            else
            {
                errors.Add($"transport_socket: expected {TlsType}, got '{socket.Name}'");
            }
        }

        return (mutual, plain) switch
        {
            (true, true) => PeerAuthenticationMode.Permissive,
            (true, false) => PeerAuthenticationMode.Strict,
            _ => PeerAuthenticationMode.Disable,
        };
    }
}
