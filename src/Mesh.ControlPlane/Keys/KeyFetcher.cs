using System.Net;
using System.Text;
using System.Text.Json;
using Mesh.Protocol.Jwt;

namespace Mesh.ControlPlane.Keys;

/// <summary>Fetches key sets over HTTP from addresses that are allowed, within a time and a size.</summary>
internal sealed class KeyFetcher : IKeyFetcher, IDisposable
{
    private const int MostRedirects = 3;

    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    public KeyFetcher(AddressGuard guard, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _time = time;
        var connection = new GuardedConnection(guard, resolve ?? Dns.GetHostAddressesAsync);

        // A proxy would connect where nothing is checked. Redirects are followed here, and each is a connection of its own.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = connection.ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 2,
        };
        _client = new HttpClient(handler, disposeHandler: true) { MaxResponseContentBufferSize = JsonWebKeySet.MaxLength, Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<FetchedKeys> FetchAsync(KeyLocation location, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var uri = location.IsDiscovery ? KeysOf(await GetAsync(location.Uri, both.Token)) : location.Uri;
            var text = await GetAsync(uri, both.Token);
            return JsonWebKeySet.TryParse(text, out var error) is null ? FetchedKeys.Failed(error!) : FetchedKeys.Of(text);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return FetchedKeys.Failed($"no answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or FormatException or JsonException)
        {
            return FetchedKeys.Failed(exception.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <exception cref="FormatException">The answer is not the keys.</exception>
    private async Task<string> GetAsync(string address, CancellationToken cancellationToken)
    {
        var uri = Parse(address, null);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (response.Headers.Location is { } next && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308)
            {
                uri = redirects < MostRedirects
                    ? Parse(new Uri(uri, next).ToString(), uri)
                    : throw new FormatException($"more than {MostRedirects} redirects, the last to {next}");
                continue;
            }

            return response.StatusCode == HttpStatusCode.OK
                ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken))
                : throw new FormatException($"{uri} answered {(int)response.StatusCode}");
        }
    }

    private static Uri Parse(string address, Uri? from)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"expected a URL with scheme http or https, got '{address}'");
        }

        return from is { Scheme: "https" } && uri.Scheme == "http" ? throw new FormatException($"refused to be sent from {from} to {uri} without encryption") : uri;
    }

    private static string KeysOf(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty("jwks_uri", out var uri)
            && uri.ValueKind == JsonValueKind.String
                ? uri.GetString()!
                : throw new FormatException("the issuer's document has no jwks_uri");
    }
}
