using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Reviews tokens by <c>authentication.k8s.io/v1 TokenReview</c>; whatever goes wrong, the token is not good.</summary>
internal sealed class KubernetesTokenReviewer : ITokenReviewer, IDisposable
{
    private const string Path = "apis/authentication.k8s.io/v1/tokenreviews";
    private const string AccountsGroup = "system:serviceaccounts";
    private const string NodeExtra = "authentication.kubernetes.io/node-name";
    private const int MaxResponse = 1024 * 1024;
    private const int MaxConnections = 16;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly Uri _server;
    private readonly string _tokenFile;
    private readonly string _audience;
    private readonly ILogger _logger;

    /// <exception cref="AuthorityException">The roots of the server cannot be read.</exception>
    public KubernetesTokenReviewer(MeshAuthorityOptions options, ILogger<KubernetesTokenReviewer> logger)
        : this(options, CreateHandler(options), logger)
    {
    }

    public KubernetesTokenReviewer(MeshAuthorityOptions options, HttpMessageHandler handler, ILogger<KubernetesTokenReviewer> logger)
    {
        _server = new Uri(options.KubernetesApiServer!.TrimEnd('/') + "/");
        (_tokenFile, _audience, _logger) = (options.KubernetesTokenFile, options.KubernetesAudience, logger);
        _client = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxResponse };
    }

    public async ValueTask<TokenReview> ReviewAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, Path)) { Content = JsonContent.Create(Question(token)) };

            // Kubernetes renews the file about every hour.
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_tokenFile, cancellationToken)).Trim());
            using var response = await _client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return Fail($"it answered {(int)response.StatusCode}; the control plane's account needs the cluster role system:auth-delegator");
            }

            return Judge(await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Fail(exception.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler CreateHandler(MeshAuthorityOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = MaxConnections,
        };
        if (options.KubernetesApiServer!.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase))
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(options.KubernetesRootFile) };
        }

        return handler;
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthorityException($"{file}: expected the root certificates of the Kubernetes API server in PEM (Authority:KubernetesRootFile): {exception.Message}", exception);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new AuthorityException($"{file}: expected the root certificates of the Kubernetes API server in PEM (Authority:KubernetesRootFile), got none.");
    }

    private JsonObject Question(string token) => new()
    {
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["kind"] = "TokenReview",
        ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray(_audience) },
    };

    /// <summary>A server that knows no audiences answers without them: then the token may have been made for anybody, and is refused.</summary>
    private TokenReview Judge(JsonObject? answer)
    {
        var status = answer?["status"];
        if (status?["authenticated"]?.GetValue<bool>() != true)
        {
            return TokenReview.Refuse($"the Kubernetes API server refused the token: {status?["error"]?.GetValue<string>() ?? "no reason given"}");
        }

        if (!Holds(status["audiences"], _audience))
        {
            return TokenReview.Refuse($"the token is not made for audience '{_audience}'");
        }

        var user = status["user"];
        if (user?["username"]?.GetValue<string>() is not { } username || !Holds(user["groups"], AccountsGroup))
        {
            return TokenReview.Refuse("the token is not that of a service account");
        }

        return new TokenReview(username, user["extra"]?[NodeExtra] is JsonArray { Count: > 0 } nodes ? nodes[0]?.GetValue<string>() : null, null);
    }

    private static bool Holds(JsonNode? list, string value) =>
        list is JsonArray texts && texts.Any(text => text is JsonValue && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>() == value);

    private TokenReview Fail(string reason)
    {
        AuthorityLog.TokenReviewFailed(_logger, _server, reason);
        return TokenReview.Refuse($"the Kubernetes API server did not review the token: {reason}");
    }
}
