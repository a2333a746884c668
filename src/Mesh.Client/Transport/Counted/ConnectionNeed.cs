namespace Mesh.Client.Transport.Counted;

/// <summary>What connection a request can go over: a handler keeps the connections of different origins and versions apart.</summary>
internal readonly record struct ConnectionNeed(string Scheme, string Host, int Port, bool IsMultiplexed)
{
    public static ConnectionNeed Of(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        return new ConnectionNeed(uri.Scheme, uri.Host, uri.Port, IsHttp2(request, uri));
    }

    // Without TLS there is no negotiation: a version that may be lowered is (SocketsHttpHandler).
    private static bool IsHttp2(HttpRequestMessage request, Uri uri) =>
        request.Version.Major >= 2
        && (request.VersionPolicy is not HttpVersionPolicy.RequestVersionOrLower || uri.Scheme is "https" or "wss");
}
