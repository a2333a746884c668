using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.EndToEnd.Tests.Replicas;

/// <summary>Raises the timeout of one route again and again, over one replica after the other, and remembers what was acknowledged.</summary>
internal sealed class ObjectWriter(string name, IReadOnlyList<Uri> replicas, HttpClient client)
{
    private readonly ConcurrentQueue<double> _latencies = new();
    private int _number;

    public string Name => name;

    /// <summary>The number and the version of each write that was acknowledged.</summary>
    public ConcurrentQueue<(int Number, long Version)> Acknowledged { get; } = new();

    /// <summary>How often a write was not acknowledged, by the reason.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Of acknowledged writes, in milliseconds.</summary>
    public IEnumerable<double> Latencies => _latencies;

    public static string PathOf(string? name) => $"/apis/networking.istio.io/v1/namespaces/default/virtualservices{(name is null ? "" : "/" + name)}";

    public static string Host(string name) => $"{name}.test";

    /// <summary>The object of number 0, with the service that it is about.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var entry = $$$"""
            {"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"{{{name}}}","namespace":"default"},
             "spec":{"hosts":["{{{Host(name)}}}"],"location":"MESH_INTERNAL","resolution":"STATIC","ports":[{"number":80,"name":"http","protocol":"HTTP"}],"endpoints":[{"address":"127.0.0.1"}]}}
            """;
        var route = $$$"""
            {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{{{Spec(0)}}}}
            """;
        await PostAsync("/apis/networking.istio.io/v1/namespaces/default/serviceentries", entry, cancellationToken);
        await PostAsync(PathOf(null), route, cancellationToken);
    }

    /// <summary>One write, to the replica whose turn it is.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var number = ++_number;
        var address = new Uri(replicas[(number + name.Length + name[^1]) % replicas.Count], PathOf(name));
        using var request = new HttpRequestMessage(HttpMethod.Patch, address)
        {
            Content = new StringContent($$$"""{"spec":{{{Spec(number)}}}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json")),
        };
        var start = Stopwatch.GetTimestamp();
        string reason;
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
                Acknowledged.Enqueue((number, long.Parse(answer["metadata"]!["resourceVersion"]!.GetValue<string>(), CultureInfo.InvariantCulture)));
                _latencies.Enqueue(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                return;
            }

            reason = $"{(int)response.StatusCode}";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The replica is dead, or died while it wrote: nothing was acknowledged.
            reason = exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? "no connection" : "no answer";
        }

        Failures.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    public static int NumberOf(JsonNode route)
    {
        var text = route["spec"]!["http"]![0]!["timeout"]!.GetValue<string>();
        return (int)Math.Round((double.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture) - 1) * 1000);
    }

    private string Spec(int number)
    {
        var time = (1 + (number / 1000.0)).ToString("F3", CultureInfo.InvariantCulture);
        return $$$"""{"hosts":["{{{Host(name)}}}"],"http":[{"timeout":"{{{time}}}s","route":[{"destination":{"host":"{{{Host(name)}}}"}}]}]}""";
    }

    private async Task PostAsync(string path, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(replicas[0], path), content, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
