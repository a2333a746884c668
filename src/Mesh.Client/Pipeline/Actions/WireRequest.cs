using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Makes the copy of a request that can be changed, so that the application's own stays as it wrote it.</summary>
internal static class WireRequest
{
    /// <summary>A request with the same line, headers and body; the body is shared.</summary>
    public static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
            Content = request.Content,
        };
        HeaderCopy.Copy(request.Headers, copy.Headers);
        copy.Headers.Protocol = request.Headers.Protocol;
        foreach (var (key, value) in (IEnumerable<KeyValuePair<string, object?>>)request.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        return copy;
    }

    /// <summary>Whom the request is meant for, as its connection writes it.</summary>
    public static string Authority(HttpRequestMessage request) => request.Headers.Host is { Length: > 0 } host ? host : request.RequestUri!.Authority;

    /// <summary>Of the request line: WebSockets begin as HTTP.</summary>
    public static string Scheme(HttpRequestMessage request) => request.RequestUri!.Scheme is "https" or "wss" ? "https" : "http";

    /// <summary>Gives the request another path and query, character by character: the rules of <see cref="Uri"/> would change some again.</summary>
    public static void SetPath(HttpRequestMessage request, string pathAndQuery)
    {
        var uri = request.RequestUri!;
        request.RequestUri = new Uri(
            $"{uri.Scheme}://{uri.Authority}{pathAndQuery}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
