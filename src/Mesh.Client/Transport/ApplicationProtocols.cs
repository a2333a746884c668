using System.Net.Security;
using Mesh.Client.Model;

namespace Mesh.Client.Transport;

/// <summary>Tells what a connection offers in ALPN: what is going to be spoken on it, and nothing else.</summary>
internal static class ApplicationProtocols
{
    public static List<SslApplicationProtocol> Of(HttpRequestMessage request, UpstreamProtocol protocol) => protocol switch
    {
        UpstreamProtocol.Http1 => [SslApplicationProtocol.Http11],
        UpstreamProtocol.Http2 => [SslApplicationProtocol.Http2],
        _ => OfRequest(request),
    };

    // The handler follows the choice of the server with an https URI only.
    private static List<SslApplicationProtocol> OfRequest(HttpRequestMessage request) => (request.Version.Major >= 2, request.VersionPolicy) switch
    {
        (true, HttpVersionPolicy.RequestVersionOrLower) or (false, HttpVersionPolicy.RequestVersionOrHigher) =>
            request.RequestUri?.Scheme is "https" or "wss" ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
        (true, _) => [SslApplicationProtocol.Http2],
        (false, _) => [SslApplicationProtocol.Http11],
    };
}
