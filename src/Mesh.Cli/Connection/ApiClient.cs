using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
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

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        Parse(await SendTextAsync(method, path, body, cancellationToken), path);

    private JsonObject Parse(string answer, string path)
    {
        try
        {
            return JsonNode.Parse(answer)!.AsObject();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException($"{_client.BaseAddress} answered {path} with something that no control plane of Mesh says.", innerException: exception);
        }
    }

    /// <summary>Asks, and leaves what to make of the answer to the caller.</summary>
    public async Task<ApiAnswer> ExchangeAsync(ApiRequest asked, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(asked.Method, asked.Path)
            {
                Content = asked.Body is null ? null : new StringContent(asked.Body, new MediaTypeHeaderValue(asked.ContentType, "utf-8")),
            };
            request.Headers.TryAddWithoutValidation("Accept", asked.Accept);
            using var response = await _client.SendAsync(request, cancellationToken);
            var warnings = response.Headers.NonValidated.TryGetValues("Warning", out var values) ? values.Select(WarningText).ToArray() : [];
            return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), warnings);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{_client.BaseAddress} did not answer within {Timeout.TotalSeconds} s.", innerException: exception);
        }
    }

    /// <summary>Reads an answer line by line, for as long as it comes; empty lines are signs of life.</summary>
    /// <param name="asked">The request; without a body.</param>
    /// <param name="started">Told of the headers of the answer, before its first line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<string> FollowAsync(ApiRequest asked, Action<HttpResponseHeaders> started, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(asked.Method, asked.Path);
        request.Headers.TryAddWithoutValidation("Accept", asked.Accept);
        using var response = await BeginAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandException(new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), []).Problem);
        }

        started(response.Headers);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await ReadLineAsync(reader, cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    /// <summary>As <see cref="FollowAsync"/>, where each line is a JSON object.</summary>
    public async IAsyncEnumerable<JsonObject> FollowObjectsAsync(ApiRequest asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in FollowAsync(asked, static _ => { }, cancellationToken))
        {
            yield return Parse(line, asked.Path);
        }
    }

    /// <summary>The time of a whole answer does not hold for one that goes on; that of its beginning does.</summary>
    private async Task<HttpResponseMessage> BeginAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
    }

    private async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new CommandException($"{_client.BaseAddress} broke off: {exception.Message}", innerException: exception);
        }
    }

    private CommandException Unreachable(HttpRequestException exception) =>
        new($"{_client.BaseAddress} cannot be asked: {exception.InnerException?.Message ?? exception.Message} Is the control plane running there? See --server.", innerException: exception);

    private async Task<string> SendTextAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var answer = await ExchangeAsync(new ApiRequest(method, path) { Body = body?.ToJsonString() }, cancellationToken);
        return answer.IsSuccess ? answer.Text : throw new CommandException(answer.Problem);
    }

    /// <summary><c>299 - "text"</c>, with quotes escaped.</summary>
    private static string WarningText(string header) =>
        header.IndexOf('"', StringComparison.Ordinal) is >= 0 and var start && header.LastIndexOf('"') is var end && end > start
            ? header[(start + 1)..end].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : header;
}
