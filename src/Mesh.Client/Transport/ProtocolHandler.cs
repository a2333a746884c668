using System.Net;
using Mesh.Client.Model;

namespace Mesh.Client.Transport;

/// <summary>Sends requests in the version of HTTP that the cluster's endpoints speak, and as https where TLS is added; the application's request looks the same afterwards.</summary>
/// <remarks>
/// An http URI over TLS would say so in HTTP/2's <c>:scheme</c>, which Kestrel and others refuse (RFC 9113 8.3.1), and would let the handler share connections
/// between server names and ignore what ALPN agreed on. HTTP/1.1 has none of this on the wire, and keeps its URI for the sake of its cost.
/// </remarks>
internal sealed class ProtocolHandler(EndpointPool pool, HttpsUris uris, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly UpstreamProtocol _protocol = pool.Key.Connection.Protocol;
    private readonly bool _addsTls = pool.Key.Security is not null;
    private readonly AdaptiveProtocol _adaptive = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_protocol is UpstreamProtocol.Http2 && WebSocketUpgrade.Is(request))
        {
            return WebSocketUpgrade.SendOverHttp2Async(request, SendInItsVersionAsync, cancellationToken);
        }

        if (_protocol is UpstreamProtocol.Http1 && request.Headers.Protocol is not null)
        {
            // ClientWebSocket tries HTTP/1.1 next.
            throw new HttpRequestException(
                HttpRequestError.ExtendedConnectNotSupported, "The cluster's endpoints are spoken to in HTTP/1.1, which has no extended CONNECT.");
        }

        return SendInItsVersionAsync(request, cancellationToken);
    }

    private Task<HttpResponseMessage> SendInItsVersionAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (version, policy) = _protocol switch
        {
            UpstreamProtocol.Http1 => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
            UpstreamProtocol.Http2 => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            // An upgrade is HTTP/1.1's own; both versions can be on the endpoint's connections.
            UpstreamProtocol.Negotiated when !WebSocketUpgrade.Is(request) => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
            // A peer that turns out to speak HTTP/1.1 only is spoken to in that.
            UpstreamProtocol.Adaptive when IsAdaptable(request) =>
                (_adaptive.ChoosesHttp2(pool.InFlight) ? HttpVersion.Version20 : HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower),
            _ => (request.Version, request.VersionPolicy),
        };
        var needsHttps = _addsTls && request.RequestUri!.Scheme is "http" or "ws" && (version.Major >= 2 || request.Headers.Host is not null);
        return !needsHttps && request.Version == version && request.VersionPolicy == policy
            ? base.SendAsync(request, cancellationToken)
            : SendAsAsync(request, version, policy, needsHttps, cancellationToken);
    }

    /// <summary>Whether the application leaves it open: gRPC insists on HTTP/2, an upgrade is HTTP/1.1's own, and what is asked for exactly is given.</summary>
    private static bool IsAdaptable(HttpRequestMessage request) =>
        (request.Version.Major, request.Version.Minor, request.VersionPolicy) is
            (1, 1, HttpVersionPolicy.RequestVersionOrLower or HttpVersionPolicy.RequestVersionOrHigher) or (2, _, HttpVersionPolicy.RequestVersionOrLower)
        && !request.Headers.NonValidated.Contains("Upgrade");

    private async Task<HttpResponseMessage> SendAsAsync(
        HttpRequestMessage request, Version version, HttpVersionPolicy policy, bool needsHttps, CancellationToken cancellationToken)
    {
        var own = (request.Version, request.VersionPolicy, request.RequestUri, request.Headers.Host);
        (request.Version, request.VersionPolicy) = (version, policy);
        if (needsHttps)
        {
            var https = uris.Of(own.RequestUri!);
            request.RequestUri = https.Uri;
            if (https.Authority is { } authority && own.Host is null)
            {
                request.Headers.Host = authority;
            }
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            (request.Version, request.VersionPolicy, request.RequestUri) = (own.Version, own.VersionPolicy, own.RequestUri);
            if (request.Headers.Host != own.Host)
            {
                request.Headers.Host = own.Host;
            }
        }
    }
}
