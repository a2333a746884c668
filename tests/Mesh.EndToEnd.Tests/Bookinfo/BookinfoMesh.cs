using System.Net;
using System.Text.Json.Nodes;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>A whole Bookinfo on free ports, with a configuration folder of its own that a test may change.</summary>
public sealed class BookinfoMesh : IAsyncLifetime
{
    private const string ScenarioFile = "scenario.yaml";
    private readonly DirectoryInfo _config = Directory.CreateTempSubdirectory("bookinfo-");
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;
    private AppHostProcess? _process;

    private readonly string? _leftOut;

    public BookinfoMesh()
        : this(leftOut: null)
    {
    }

    /// <param name="leftOut">A file of the sample's configuration that a test brings in another form.</param>
    internal BookinfoMesh(string? leftOut)
    {
        _leftOut = leftOut;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = true, CookieContainer = _cookies });
    }

    /// <summary>The object that <c>--json</c> prints.</summary>
    public JsonNode Report { get; private set; } = new JsonObject();

    public string Page => (string)Report["page"]!;

    /// <summary>The page through the ingress gateway.</summary>
    public string OutsidePage => (string)Report["gateway"]!["page"]!;

    public static string SampleConfig => Path.Combine(Repository.Root, "samples", "Bookinfo", "config");

    /// <summary>A file of the sample that moves traffic when it is copied into the configuration folder.</summary>
    public static string SampleScenario(string name) => Path.Combine(Repository.Root, "samples", "Bookinfo", "scenarios", name + ".yaml");

    /// <summary>Variables for all of its processes; to be set before the start.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    internal AppHostProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    /// <summary>Ids of all processes but the AppHost's own.</summary>
    public IReadOnlyList<int> ChildIds =>
        [(int)Report["controlPlane"]!["processId"]!, (int)Report["gateway"]!["processId"]!, .. Report["workloads"]!.AsArray().Select(workload => (int)workload!["processId"]!)];

    /// <summary>The page of metrics of a process, by its name such as <c>productpage-v1</c>.</summary>
    public async Task<string> GetMetricsAsync(string name) => await _client.GetStringAsync(
        (string)Report["workloads"]!.AsArray().Single(workload => (string)workload!["name"]! == name)!["metrics"]!, TestContext.Current.CancellationToken);

    public int ProcessIdOf(string name) =>
        (int)Report["workloads"]!.AsArray().Single(workload => (string)workload!["name"]! == name)!["processId"]!;

    /// <summary>Where a process of the sample listens, by its name such as <c>reviews-v2</c>.</summary>
    public Uri AddressOf(string name) =>
        new((string)Report["workloads"]!.AsArray().Single(workload => (string)workload!["name"]! == name)!["address"]!);

    /// <summary>What the control plane says of an edge between two services; null while there is none.</summary>
    public async Task<string?> SecurityOfEdgeAsync(string client, string destination)
    {
        var text = await _client.GetStringAsync((string)Report["controlPlane"]!["http"]! + "/api/v1/edges", TestContext.Current.CancellationToken);
        var found = JsonNode.Parse(text)!["items"]!.AsArray()
            .Where(edge => ((string)edge!["client"]!["name"]!).StartsWith(client + "-", StringComparison.Ordinal)
                && ((string)edge["destination"]!).StartsWith(destination + ".", StringComparison.Ordinal))
            .Select(edge => (string)edge!["security"]!)
            .Distinct()
            .ToArray();
        return found.Length == 0 ? null : string.Join(", ", found);
    }

    public ValueTask InitializeAsync() => StartAsync();

    /// <summary>Starts it with more arguments than the others.</summary>
    public async ValueTask StartAsync(params string[] arguments)
    {
        Signals.Require();
        foreach (var file in Directory.GetFiles(SampleConfig, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != _leftOut))
        {
            CopyIn(file);
        }

        _process = AppHostProcess.Start(["--json", "--config", _config.FullName, "--port", "0", "--xds-port", "0", "--http-port", "0", .. arguments], Environment);
        Report = JsonNode.Parse(await _process.ReadLineAsync())!;
    }

    /// <summary>Puts a file into the configuration folder, beside those that are there.</summary>
    public void CopyIn(string path) => File.Copy(path, Path.Combine(_config.FullName, Path.GetFileName(path)), overwrite: true);

    public void Remove(string file) => File.Delete(Path.Combine(_config.FullName, file));

    /// <summary>Makes a file the one scenario in force.</summary>
    public void UseScenario(string path) => UseScenarioText(File.ReadAllText(path));

    public void UseScenarioText(string yaml) => File.WriteAllText(Path.Combine(_config.FullName, ScenarioFile), yaml);

    public Task<string> GetPageAsync() => _client.GetStringAsync(Page, TestContext.Current.CancellationToken);

    /// <summary>What the reviews service said: the version that answered, and the colour of its stars; or that the page had no answer for us.</summary>
    public async Task<ServedReviews> GetReviewsAsync()
    {
        using var response = await _client.GetAsync(new Uri(new Uri(Page), "/api/v1/products/0/reviews"), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return new ServedReviews("none", null, $"HTTP {(int)response.StatusCode}: {text}");
        }

        var answer = JsonNode.Parse(text)!;
        var rating = answer["reviews"]![0]!["rating"];
        return new ServedReviews(((string)answer["podname"]!).Split('-')[1], (string?)rating?["color"], (string?)rating?["error"]);
    }

    public async Task SignInAsync(string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Page), "/login"))
        {
            Content = new FormUrlEncodedContent([new("username", user), new("passwd", "any")]),
        };
        request.Headers.Referrer = new Uri(Page);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task SignOutAsync() => await _client.GetStringAsync(new Uri(new Uri(Page), "/logout"), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _config.Delete(recursive: true);
    }
}
