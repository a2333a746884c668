using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Talks to the configuration API as a test wants it.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    public const string Json = "application/json";
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";
    public const string Apply = "application/apply-patch+yaml";
    public const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<ApiAnswer> GetAsync(string path, string? accept = null, string? token = null) => SendAsync("GET", path, null, accept: accept, token: token);

    public Task<ApiAnswer> PostAsync(string path, string body, string? token = null) => SendAsync("POST", path, body, token: token);

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<ApiAnswer> PatchAsync(string path, string body, string type) => SendAsync("PATCH", path, body, type);

    public Task<ApiAnswer> DeleteAsync(string path, string? body = null, string? token = null) => SendAsync("DELETE", path, body, token: token);

    public Task<ApiAnswer> SendAsync(string method, string path, string? body, string type = Json, string? accept = null, string? token = null) =>
        SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), type, accept, token);

    public async Task<ApiAnswer> SendAsync(string method, string path, byte[]? body, string type, string? accept, string? token)
    {
        using var request = Request(method, path, accept, token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await _http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var warnings = response.Headers.TryGetValues("Warning", out var found) ? found.ToArray() : [];
        return new ApiAnswer((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [], warnings);
    }

    /// <summary>Opens a watch; its headers are there when this returns.</summary>
    public async Task<WatchReader> WatchAsync(string path, string? accept = null)
    {
        using var request = Request("GET", path, accept, null);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.EnsureSuccessStatusCode();
        return new WatchReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation)));
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(string method, string path, string? accept, string? token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("User-Agent", "tester/1.0");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }
}
