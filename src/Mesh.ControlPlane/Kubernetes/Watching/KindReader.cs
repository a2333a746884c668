using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.ControlPlane.Kubernetes.Connection;

namespace Mesh.ControlPlane.Kubernetes.Watching;

/// <summary>Follows the objects of one kind: a list in pages, then a watch from there on; when the server no longer has the past, again from a list (client-go's reflector).</summary>
internal sealed class KindReader(WatchedKind kind, KubernetesClient client, IObjectSink sink, WatchPace pace, ILogger logger)
{
    private const int PageSize = 500;
    private const int Gone = 410;

    /// <summary>Servers end a watch after this, at random, so that not all come back at once; one that says nothing for longer is cut.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>A kind that is not there may be installed later.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(60);

    // Owned by the loop: the version that the server knows; null while none is found.
    private string? _apiVersion;

    public async Task RunAsync(CancellationToken stopping)
    {
        string? resourceVersion = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                resourceVersion ??= await ListAsync(stopping);
                if (resourceVersion is null)
                {
                    await pace.DelayAsync(LookAgain, stopping);
                    continue;
                }

                resourceVersion = await WatchAsync(resourceVersion, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (KubernetesFailure failure) when (failure.Code == Gone)
            {
                KubernetesLog.Relist(logger, kind.Kind.Kind, client.Server, failure.Message);
                resourceVersion = null;
                await pace.WaitAsync(TimeSpan.Zero, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or SocketException or JsonException or UnauthorizedAccessException)
            {
                sink.Report(kind, exception is OperationCanceledException ? $"{client.Server} said nothing." : exception.Message);
                await pace.WaitAsync((exception as KubernetesFailure)?.RetryAfter ?? TimeSpan.Zero, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads all, and returns the version to watch from; null when the server lacks the kind.</summary>
    private async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var reason = "";
        foreach (var version in _apiVersion is { } known ? [known] : kind.Kind.Versions)
        {
            try
            {
                var (objects, resourceVersion) = await ListAsync(version, cancellationToken);
                _apiVersion = version;
                sink.Replace(kind, version, objects);
                sink.Report(kind, null);
                pace.Reset();
                return resourceVersion;
            }
            catch (KubernetesFailure failure) when (failure.Code is 403 or 404)
            {
                reason = failure.Code == 404 ? "not installed" : "no right to read it";
            }
        }

        _apiVersion = null;
        return sink.Lack(kind, reason) ? null : throw new KubernetesFailure($"{client.Server} no longer lists {kind.Kind.QualifiedPlural}: {reason}.");
    }

    private async Task<(List<JsonElement> Objects, string ResourceVersion)> ListAsync(string version, CancellationToken cancellationToken)
    {
        var (objects, token) = (new List<JsonElement>(), "");
        while (true)
        {
            var query = $"{kind.Path(version)}?limit={PageSize}{Selector}" + (token.Length > 0 ? $"&continue={Uri.EscapeDataString(token)}" : "");
            var page = await client.SendAsync(HttpMethod.Get, query, null, cancellationToken);
            objects.AddRange(page.Items("items"));
            token = page.Field("metadata").Text("continue");
            if (token.Length == 0)
            {
                return (objects, page.Field("metadata").Text("resourceVersion"));
            }
        }
    }

    /// <summary>Follows until the server ends the watch, and returns the version to go on from.</summary>
    private async Task<string> WatchAsync(string resourceVersion, CancellationToken stopping)
    {
        var length = ShortestWatch * (1 + pace.NextDouble());
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind.Path(_apiVersion!)}?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(resourceVersion)}&timeoutSeconds={(int)length.TotalSeconds}{Selector}");
        using var limit = pace.Limit(length + Silence);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        using var response = await client.OpenAsync(path, both.Token);
        await using var lines = new EventLines(await response.Content.ReadAsStreamAsync(both.Token));
        sink.Report(kind, null);
        var events = 0;
        while (await lines.ReadAsync(both.Token) is { } line)
        {
            resourceVersion = Take(line, resourceVersion);
            if (events++ == 0)
            {
                pace.Reset();
            }
        }

        // A server that ends every watch at once is not asked in a circle.
        await (events == 0 ? pace.WaitAsync(TimeSpan.Zero, stopping) : Task.CompletedTask);
        return resourceVersion;
    }

    private string Take(JsonElement line, string resourceVersion)
    {
        var item = line.Field("object");
        switch (line.Text("type"))
        {
            case "ADDED" or "MODIFIED":
                sink.Put(kind, _apiVersion!, item);
                break;
            case "DELETED":
                sink.Remove(kind, item);
                break;
            case "BOOKMARK":
                break;
            case "ERROR":
                throw new KubernetesFailure($"{client.Server} ended a watch: {item.Text("message")}") { Code = item.Number("code"), Reason = item.Text("reason") };
            default:
                return resourceVersion;
        }

        return item.Field("metadata").Text("resourceVersion") is { Length: > 0 } next ? next : resourceVersion;
    }

    private string Selector => kind.FieldSelector.Length > 0 ? $"&fieldSelector={Uri.EscapeDataString(kind.FieldSelector)}" : "";
}
