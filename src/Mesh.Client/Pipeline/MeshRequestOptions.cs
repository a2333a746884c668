namespace Mesh.Client;

/// <summary>
/// What one request asks of the mesh, set in <see cref="HttpRequestMessage.Options"/>; it goes before the configuration.
/// A value that makes no sense fails the request with an <see cref="ArgumentException"/>.
/// </summary>
/// <example><c>request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(2));</c></example>
public static class MeshRequestOptions
{
    /// <summary>
    /// The limit for the whole call, all attempts and the response body included, in place of the route's <c>timeout</c>. Above zero;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none. The time that is left to the request being served still counts.
    /// </summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("mesh.timeout");

    /// <summary>Whether a failed attempt is given to the caller at once, whatever the route's <c>retries</c> say; no hedging either. Default: false.</summary>
    public static readonly HttpRequestOptionsKey<bool> NoRetry = new("mesh.no-retry");

    /// <summary>
    /// The subset of a DestinationRule that the request goes to, of the host and port that its route chose; not empty. One that no route names is asked of the
    /// control plane with the first request, which waits for it (<c>Mesh:Outbound:DiscoveryTimeout</c>); at most 64 such subsets an authority. A subset that does not exist is answered with 503.
    /// </summary>
    public static readonly HttpRequestOptionsKey<string> Subset = new("mesh.subset");

    /// <summary>What the request is placed by under consistent hashing, in place of the configured <c>consistentHash</c> source; not empty. Other algorithms do not look at it.</summary>
    public static readonly HttpRequestOptionsKey<string> HashKey = new("mesh.hash-key");
}
