using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>Tells whom a request is meant for: its Host header when the application set one, else its URI.</summary>
internal static class RequestAuthority
{
    public static Authority Read(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        return request.Headers.Host is { Length: > 0 } host ? Parse(host, uri) : new Authority(uri.Host, uri.Port);
    }

    /// <summary>The address that a request would be sent to without a mesh.</summary>
    public static EndpointAddress Address(Uri uri) => new(uri.IdnHost, uri.Port);

    private static Authority Parse(string host, Uri uri)
    {
        // A bracket after the last colon: an IPv6 address without a port.
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']')
            && ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return new Authority(host[..colon], port);
        }

        // RFC 9110 7.2: without a port the scheme's default is meant, not the one of the address that is dialled.
        return new Authority(host, uri.Scheme is "https" or "wss" ? 443 : 80);
    }
}
