using System.Text.Json.Nodes;
using Mesh.Cli.Connection;

namespace Mesh.Cli.Objects;

/// <summary>Kubernetes' API as the control plane serves it: which kinds there are, and the requests about their objects.</summary>
internal sealed class ObjectApi(ApiClient api)
{
    /// <summary>Of the fields that are applied here.</summary>
    public const string Manager = "meshctl";

    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private const string ApplyPatch = "application/apply-patch+yaml";

    private IReadOnlyList<ServedKind>? _kinds;

    /// <summary>In the order of preference: core first, the preferred version of a group before its others.</summary>
    public async Task<IReadOnlyList<ServedKind>> KindsAsync(CancellationToken cancellationToken) => _kinds ??=
    [
        .. await DiscoverAsync("/api", cancellationToken),
        .. await DiscoverAsync("/apis", cancellationToken),
    ];

    /// <summary>The kinds that people mean by a word: one, several for a comma or a category.</summary>
    public async Task<IReadOnlyList<ServedKind>> FindAsync(string words, CancellationToken cancellationToken)
    {
        var kinds = await KindsAsync(cancellationToken);
        var found = new List<ServedKind>();
        foreach (var word in words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var one = kinds.FirstOrDefault(kind => kind.IsCalled(word));
            var some = one is not null ? [one] : kinds.Where(kind => kind.Categories.Contains(word, StringComparer.OrdinalIgnoreCase)).DistinctBy(kind => (kind.Group, kind.Kind)).ToArray();
            if (some.Length == 0)
            {
                throw new CommandException($"The control plane serves no kind '{word}'. It serves: {string.Join(", ", kinds.Select(kind => kind.Plural).Distinct(StringComparer.Ordinal))}.", ExitCode.Usage);
            }

            found.AddRange(some);
        }

        return found;
    }

    /// <summary>The kind of an object in a file; null when it is not served.</summary>
    public async Task<ServedKind?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        (await KindsAsync(cancellationToken)).FirstOrDefault(known => known.ApiVersion == apiVersion && known.Kind == kind);

    public Task<ApiAnswer> GetAsync(ServedKind kind, string? ns, string? name, string query, CancellationToken cancellationToken, bool asTable = false) =>
        api.ExchangeAsync(new ApiRequest(HttpMethod.Get, kind.Path(ns, name) + query) { Accept = asTable ? Table : "application/json" }, cancellationToken);

    /// <summary>The changes of a kind after a version, until the server ends the stream.</summary>
    public IAsyncEnumerable<JsonObject> WatchAsync(ServedKind kind, string? ns, string query, string version, bool asTable, CancellationToken cancellationToken) => api.FollowObjectsAsync(
        new ApiRequest(HttpMethod.Get, $"{kind.Path(ns)}{(query.Length > 0 ? query : "?")}&watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}") { Accept = asTable ? Table : "application/json" },
        cancellationToken);

    /// <param name="item">The object.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="isDryRun">Whether the server only says what it would do.</param>
    /// <param name="takesOver">Whether fields that others own are taken from them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ApiAnswer> ApplyAsync(JsonObject item, ServedKind kind, string? ns, bool isDryRun, bool takesOver, CancellationToken cancellationToken) => api.ExchangeAsync(
        new ApiRequest(HttpMethod.Patch, $"{kind.Path(ns, NameOf(item))}?fieldManager={Manager}&force={(takesOver ? "true" : "false")}&fieldValidation=Strict{(isDryRun ? "&dryRun=All" : "")}")
        {
            Body = item.ToJsonString(),
            ContentType = ApplyPatch,
        },
        cancellationToken);

    public Task<ApiAnswer> ReplaceAsync(JsonObject item, ServedKind kind, string? ns, CancellationToken cancellationToken) => api.ExchangeAsync(
        new ApiRequest(HttpMethod.Put, $"{kind.Path(ns, NameOf(item))}?fieldManager={Manager}-edit&fieldValidation=Strict") { Body = item.ToJsonString(), ContentType = "application/json" },
        cancellationToken);

    public Task<ApiAnswer> DeleteAsync(ServedKind kind, string? ns, string name, bool isDryRun, CancellationToken cancellationToken) => api.ExchangeAsync(
        new ApiRequest(HttpMethod.Delete, kind.Path(ns, name) + (isDryRun ? "?dryRun=All" : ""))
        {
            Body = """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""",
            ContentType = "application/json",
        },
        cancellationToken);

    public static string NameOf(JsonObject item) => item["metadata"]?["name"]?.ToString() ?? "";

    private async Task<IEnumerable<ServedKind>> DiscoverAsync(string path, CancellationToken cancellationToken)
    {
        var answer = (await api.ExchangeAsync(new ApiRequest(HttpMethod.Get, path) { Accept = Aggregated }, cancellationToken)).Require();
        return from @group in (answer["items"] as JsonArray ?? []).OfType<JsonObject>()
               from version in (@group["versions"] as JsonArray ?? []).OfType<JsonObject>()
               from resource in (version["resources"] as JsonArray ?? []).OfType<JsonObject>()
               where resource["responseKind"] is JsonObject
               select new ServedKind(
                   @group["metadata"]?["name"]?.ToString() ?? "",
                   version["version"]!.ToString(),
                   resource["responseKind"]!["kind"]!.ToString(),
                   resource["resource"]!.ToString(),
                   resource["singularResource"]?.ToString() is { Length: > 0 } singular ? singular : resource["responseKind"]!["kind"]!.ToString().ToLowerInvariant(),
                   resource["scope"]?.ToString() == "Namespaced")
               {
                   ShortNames = Texts(resource["shortNames"]),
                   Categories = Texts(resource["categories"]),
                   Verbs = Texts(resource["verbs"]),
               };
    }

    private static string[] Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(item => item!.ToString())];
}
