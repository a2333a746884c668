namespace Mesh.Client.Transport;

/// <summary>An http URI as https: the same host, port and path.</summary>
/// <param name="Original">The text of the http URI.</param>
/// <param name="Uri">The https form.</param>
/// <param name="Authority">What the Host header has to say, because the port of http is not the default one of https; null where the URI says it.</param>
internal sealed record HttpsUri(string Original, Uri Uri, string? Authority)
{
    public static HttpsUri Make(Uri uri) => new(
        uri.OriginalString,
        new Uri($"https://{uri.Host}:{uri.Port}{uri.PathAndQuery}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
        uri.IsDefaultPort ? uri.Authority : null);
}
