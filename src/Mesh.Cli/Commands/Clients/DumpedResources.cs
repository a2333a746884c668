using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>What an application says that it holds, in the form of CSDS.</summary>
internal sealed class DumpedResources : IProxyResources
{
    private const int MaxBytes = 256 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> TypeUrls = new(StringComparer.Ordinal)
    {
        ["LDS"] = "envoy.config.listener.v3.Listener",
        ["RDS"] = "envoy.config.route.v3.RouteConfiguration",
        ["CDS"] = "envoy.config.cluster.v3.Cluster",
        ["EDS"] = "envoy.config.endpoint.v3.ClusterLoadAssignment",
        ["SDS"] = "envoy.extensions.transport_sockets.tls.v3.Secret",
    };

    private readonly JsonObject[] _items;

    private DumpedResources(JsonObject[] items) => _items = items;

    /// <param name="terminal">Is told of what was refused or does not exist.</param>
    /// <param name="address">Of the dump.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<DumpedResources> ReadAsync(Terminal terminal, string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CommandException($"--address: expected a URL such as http://localhost:5000/debug/config_dump, got '{address}'.", ExitCode.Usage);
        }

        var items = Parse(await GetAsync(url, cancellationToken), url);
        foreach (var item in items.Where(item => JsonText.Of(item, "clientStatus") is not ("ACKED" or "")))
        {
            var why = JsonText.Of(item, "errorState.details") is { Length: > 0 } details ? $": {details}" : "";
            await terminal.Error.WriteLineAsync(Terminal.Safe($"{JsonText.Of(item, "clientStatus")} {JsonText.Of(item, "name")}{why}"));
        }

        return new DumpedResources(items);
    }

    public Task<IEnumerable<JsonObject>> GetAsync(string type, CancellationToken cancellationToken) => Task.FromResult(
        from item in _items
        where JsonText.Of(item, "typeUrl").EndsWith("/" + TypeUrls[type], StringComparison.Ordinal)
        select new JsonObject { ["name"] = JsonText.Of(item, "name"), ["version"] = JsonText.Of(item, "versionInfo"), ["resource"] = Contents(item) });

    private static JsonNode? Contents(JsonObject item)
    {
        var contents = item["xdsConfig"]?.DeepClone();
        (contents as JsonObject)?.Remove("@type");
        return contents;
    }

    private static async Task<string> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        // Not the token of the API: it is for the control plane alone.
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxBytes };
        try
        {
            using var response = await client.GetAsync(url, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw new CommandException($"{url} answered {(int)response.StatusCode}. Does the application call MapMeshDebug(), and is it asked from its own machine?");
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"{url} cannot be asked: {exception.InnerException?.Message ?? exception.Message}", innerException: exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{url} did not answer within {Timeout.TotalSeconds} s.", innerException: exception);
        }
    }

    private static JsonObject[] Parse(string text, Uri url)
    {
        try
        {
            return [.. JsonNode.Parse(text)!["config"]!.AsArray().SelectMany(client => client!["genericXdsConfigs"] as JsonArray ?? []).OfType<JsonObject>()];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new CommandException($"{url} answered with something that is no config dump in the form of CSDS.", innerException: exception);
        }
    }
}
