using System.Globalization;
using System.Net;
using System.Text.Json;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Http;

/// <summary>Asks the HTTP API of a registry, within a time and a size.</summary>
internal sealed class RegistryHttp : IDisposable
{
    private const int LargestAnswer = 64 * 1024 * 1024;
    private const int LongestError = 200;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly RegistryEndpoint _endpoint;
    private readonly string _tokenHeader;
    private readonly string _tokenPrefix;
    private readonly TimeProvider _time;

    /// <param name="endpoint">Where.</param>
    /// <param name="tokenHeader">The header that carries the token.</param>
    /// <param name="tokenPrefix">Stands before it.</param>
    /// <param name="maxConnections">At once; waiting requests hold one each.</param>
    /// <param name="time">For limits of time.</param>
    /// <exception cref="RegistryFailure">The roots cannot be read.</exception>
    public RegistryHttp(RegistryEndpoint endpoint, string tokenHeader, string tokenPrefix, int maxConnections, TimeProvider time)
    {
        (_endpoint, _tokenHeader, _tokenPrefix, _time) = (endpoint, tokenHeader, tokenPrefix, time);
        var handler = new SocketsHttpHandler
        {
            // A token goes to nobody but the one who was named.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxConnectionsPerServer = maxConnections,
            AutomaticDecompression = DecompressionMethods.GZip,
            SslOptions = ServerRoots.Trusting(endpoint.RootsFile),
        };
        _client = new HttpClient(handler, disposeHandler: true)
        {
            BaseAddress = new Uri(endpoint.Address.ToString().TrimEnd('/') + "/"),
            MaxResponseContentBufferSize = LargestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The answer to a GET; null when it is 304.</summary>
    /// <param name="path">Below the base, with its query.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="prepare">Adds headers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RegistryFailure">It answered anything but success.</exception>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    public async Task<RegistryReply?> GetAsync(string path, TimeSpan limit, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (await TokenAsync(both.Token) is { Length: > 0 } token)
        {
            request.Headers.TryAddWithoutValidation(_tokenHeader, _tokenPrefix + token);
        }

        prepare?.Invoke(request);
        try
        {
            using var response = await _client.SendAsync(request, both.Token);
            if (response.StatusCode == HttpStatusCode.NotModified)
            {
                return null;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await RefusedAsync(path, response, both.Token);
            }

            var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(both.Token), default, both.Token);
            return new RegistryReply(body, response.Headers.ToDictionary(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryFailure($"{_endpoint.Address} did not answer within {limit.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<string?> TokenAsync(CancellationToken cancellationToken) =>
        _endpoint.TokenFile is { Length: > 0 } file ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : _endpoint.Token;

    private async Task<RegistryFailure> RefusedAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = (await response.Content.ReadAsStringAsync(cancellationToken)).ReplaceLineEndings(" ").Trim();
        var advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => " Give it a token with the right to read (Token or TokenFile).",
            _ => "",
        };
        return new RegistryFailure(string.Create(
            CultureInfo.InvariantCulture,
            $"{_endpoint.Address} answered {(int)response.StatusCode} to {path.Split('?')[0]}: {text[..Math.Min(text.Length, LongestError)]}.{advice}"))
        {
            RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero,
        };
    }
}
