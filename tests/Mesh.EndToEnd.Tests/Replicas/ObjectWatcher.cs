using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Mesh.EndToEnd.Tests.Replicas;

/// <summary>Watches the routes over the API as kubectl does, goes on at another replica when one dies, and holds what it sees to the order of versions.</summary>
internal sealed class ObjectWatcher(IReadOnlyList<Uri> replicas, int first, HttpClient client)
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _inversions = [];
    private long _version;
    private bool _isListed;

    public int Events { get; private set; }

    /// <summary>How often the past was not kept and everything was listed again.</summary>
    public int Relists { get; private set; }

    public IReadOnlyList<string> Inversions => _inversions;

    /// <summary>The number of each route as it was seen last.</summary>
    public IEnumerable<int> Numbers(IEnumerable<string> names) => names.Select(name => _numbers.GetValueOrDefault(name, -1));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var turn = first; !cancellationToken.IsCancellationRequested; turn++)
        {
            try
            {
                var replica = replicas[turn % replicas.Count];
                if (!_isListed)
                {
                    await ListAsync(replica, cancellationToken);
                }

                await WatchAsync(replica, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // The replica is dead: the next one goes on from the same version.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListAsync(Uri replica, CancellationToken cancellationToken)
    {
        // Another replica may be behind what was seen at the last one: it is asked to be at least as far.
        var query = _version == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"?resourceVersion={_version}&resourceVersionMatch=NotOlderThan");
        using var response = await client.GetAsync(new Uri(replica, ObjectWriter.PathOf(null) + query), cancellationToken);
        response.EnsureSuccessStatusCode();
        var list = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        foreach (var item in list["items"]!.AsArray())
        {
            See(item!, mayRepeat: true);
        }

        _version = VersionOf(list);
        _isListed = true;
        Relists++;
    }

    private async Task WatchAsync(Uri replica, CancellationToken cancellationToken)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?watch=true&allowWatchBookmarks=true&resourceVersion={_version}");
        using var response = await client.GetAsync(new Uri(replica, ObjectWriter.PathOf(null) + query), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            _isListed = false;
            return;
        }

        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var happened = JsonNode.Parse(line)!;
            if (happened["type"]!.GetValue<string>() == "ERROR")
            {
                _isListed = happened["object"]!["code"]!.GetValue<int>() != 410;
                return;
            }

            var version = VersionOf(happened["object"]!);
            if (happened["type"]!.GetValue<string>() == "BOOKMARK")
            {
                _version = Math.Max(_version, version);
                continue;
            }

            if (version <= _version)
            {
                _inversions.Add($"version {version} after {_version}");
            }

            _version = version;
            See(happened["object"]!, mayRepeat: false);
            Events++;
        }
    }

    private void See(JsonNode route, bool mayRepeat)
    {
        var name = route["metadata"]!["name"]!.GetValue<string>();
        var number = ObjectWriter.NumberOf(route);
        if (_numbers.TryGetValue(name, out var known) && (number < known || (number == known && !mayRepeat)))
        {
            _inversions.Add($"{name}: {number} after {known}");
        }

        _numbers[name] = number;
    }

    private static long VersionOf(JsonNode node) => long.Parse(node["metadata"]!["resourceVersion"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
