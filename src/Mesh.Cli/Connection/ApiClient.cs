using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Connection;

/// <summary>Asks the HTTP API, and turns its refusals into one line.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;

    public ApiClient(ControlPlaneContext context, HttpMessageHandler handler)
    {
        _client = new HttpClient(handler) { BaseAddress = context.Server, Timeout = Timeout };
        if (context.Token is { } token)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, body, cancellationToken);

    public Task<JsonObject> DeleteAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    public void Dispose() => _client.Dispose();

    /// <summary>An answer that is no JSON, such as that of a probe.</summary>
    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken) => SendTextAsync(HttpMethod.Get, path, null, cancellationToken);

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var answer = await SendTextAsync(method, path, body, cancellationToken);
        try
        {
            return JsonNode.Parse(answer)!.AsObject();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException($"{_client.BaseAddress} answered {path} with something that no control plane of Mesh says.", innerException: exception);
        }
    }

    private async Task<string> SendTextAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _client.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? answer : throw new CommandException(Describe(response, answer));
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"{_client.BaseAddress} cannot be asked: {exception.InnerException?.Message ?? exception.Message} Is the control plane running there? See --server.", innerException: exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{_client.BaseAddress} did not answer within {Timeout.TotalSeconds} s.", innerException: exception);
        }
    }

    private static string Describe(HttpResponseMessage response, string answer)
    {
        try
        {
            return JsonNode.Parse(answer)?["message"]?.ToString() is { Length: > 0 } message ? message : $"The control plane answered {(int)response.StatusCode}.";
        }
        catch (JsonException)
        {
            return $"The control plane answered {(int)response.StatusCode}.";
        }
    }
}
