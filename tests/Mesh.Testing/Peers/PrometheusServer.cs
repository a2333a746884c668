using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Mesh.Testing.Connections;

namespace Mesh.Testing.Peers;

/// <summary>The real Prometheus, scraping what a test names, in a folder that goes with it.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-");
    private readonly ReservedPort _port = new();
    private readonly PeerProcess _process;
    private readonly HttpClient _client;

    private PrometheusServer(IReadOnlyDictionary<string, string[]> targets)
    {
        var jobs = targets.Select(target => $"""
              - job_name: {target.Key}
                static_configs: [{'{'} targets: [{string.Join(", ", target.Value.Select(address => $"'{address}'"))}] {'}'}]

            """);
        var config = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(config, $"global: {'{'} scrape_interval: 500ms, scrape_timeout: 500ms {'}'}\nscrape_configs:\n{string.Concat(jobs)}");
        _process = PeerProcess.Start(
            FindBinary()!,
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}", $"--web.listen-address={_port.Address.Authority}", "--enable-feature=exemplar-storage", "--log.level=warn"]);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _port.Address };
    }

    /// <param name="targets">Addresses by the name of their job.</param>
    /// <param name="cancellationToken">Of the test.</param>
    public static async Task<PrometheusServer> StartAsync(IReadOnlyDictionary<string, string[]> targets, CancellationToken cancellationToken)
    {
        var server = new PrometheusServer(targets);
        await Eventually.ReachesAsync("Prometheus is ready", server.IsReadyAsync, server._process.Describe, TimeSpan.FromSeconds(30), cancellationToken);
        return server;
    }

    /// <summary>The values of a query, by their labels as JSON.</summary>
    public async Task<IReadOnlyDictionary<string, double>> QueryAsync(string query)
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>($"api/v1/query?query={Uri.EscapeDataString(query)}", CancellationToken.None);
        return answer.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            result => result.GetProperty("metric").GetRawText(),
            result => double.Parse(result.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
    }

    /// <summary>The only value of a query; 0 when there is none.</summary>
    public async Task<double> ValueAsync(string query) => (await QueryAsync(query)).Values.SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _client.GetAsync("-/ready", CancellationToken.None);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Null when it is not there.</summary>
    public static string? FindBinary() =>
        new[] { Environment.GetEnvironmentVariable("MESH_PROMETHEUS"), Path.Combine(Peer.Folder, "prometheus", "usr", "bin", "prometheus"), "/usr/bin/prometheus" }.FirstOrDefault(File.Exists);
}
