using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Analysis.Lookup;
using Mesh.ControlPlane.Kubernetes.Configuration;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>Sends requests to an API server, with the credential of the account.</summary>
internal sealed class KubernetesClient : IDisposable
{
    private const int LargestAnswer = 256 * 1024 * 1024;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    private readonly HttpClient _client;
    private readonly CredentialSource _credentials;
    private readonly TimeProvider _time;

    /// <exception cref="KubernetesFailure">The roots cannot be read.</exception>
    public KubernetesClient(KubernetesAccess access, TimeProvider time)
    {
        (Server, _time) = (access.Server, time);
        _credentials = new CredentialSource(access, time);
        _client = new HttpClient(KubernetesHandler.Create(access, _credentials), disposeHandler: true)
        {
            BaseAddress = access.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _client.DefaultRequestHeaders.UserAgent.TryParseAdd("mesh-control-plane");
    }

    public Uri Server { get; }

    /// <summary>The answer to a request; it owns its memory.</summary>
    /// <exception cref="KubernetesFailure">The server answered anything but success.</exception>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken, string? contentType = null)
    {
        using var limit = new CancellationTokenSource(AnswerTime, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, both.Token, contentType);
            using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(both.Token), Deep, both.Token);
            return document.RootElement.Clone();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesFailure($"{Server} did not answer within {AnswerTime.TotalSeconds:0} s.") { Code = (int)HttpStatusCode.RequestTimeout };
        }
    }

    /// <summary>The body of an answer that goes on; the caller disposes of the response.</summary>
    /// <exception cref="KubernetesFailure">The server answered anything but success.</exception>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _credentials.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, HttpCompletionOption completion, CancellationToken cancellationToken, string? contentType = null)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            var credential = await _credentials.GetAsync(cancellationToken);
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, contentType is null ? null : new MediaTypeHeaderValue(contentType)) };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (credential.Authorization is { } authorization)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            var response = await _client.SendAsync(request, completion, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                // A token may have been replaced a moment ago.
                if (response.StatusCode == HttpStatusCode.Unauthorized && !isRepeated && _credentials.Refuse(credential))
                {
                    continue;
                }

                throw await FailureAsync(method, path, response, cancellationToken);
            }
        }
    }

    private async Task<KubernetesFailure> FailureAsync(HttpMethod method, string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (message, reason) = (response.ReasonPhrase ?? "", "");
        try
        {
            using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), Deep, cancellationToken);
            (message, reason) = (document.RootElement.Text("message"), document.RootElement.Text("reason"));
        }
        catch (JsonException)
        {
            // A proxy on the way answers with a page of its own.
        }

        var advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => " Its credentials are not good there.",
            HttpStatusCode.Forbidden => " Give the account the rights of docs/kubernetes.md.",
            _ => "",
        };
        return new KubernetesFailure($"{Server} answered {(int)response.StatusCode} to {method} {path.Split('?')[0]}: {message}{advice}")
        {
            Code = (int)response.StatusCode,
            Reason = reason,
            RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero,
        };
    }
}
