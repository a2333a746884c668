using System.Net;
using Mesh.ControlPlane.Hosting.Loading;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Testing;
using Mesh.Testing.Connections;

namespace Mesh.ControlPlane.Tests.Reliability;

/// <summary>A control plane that comes back with an empty or a partial store (fault matrix B07).</summary>
public sealed class ConfigurationMemoryTests : IDisposable
{
    private const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: a}
        spec: {selector: {app: a}, ports: [{port: 80, name: http}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: b}
        spec: {selector: {app: b}, ports: [{port: 80, name: http}]}
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mesh-shrunk-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ConfigFolder => Path.Combine(_root.FullName, "config");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(3, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(10, 5, true)]
    [InlineData(10, 4, false)]
    public void B07_Rules_NothingOrLessThanHalfOfFour_IsImplausible(int before, int now, bool expected) => Assert.Equal(expected, ConfigurationMemory.IsPlausible(before, now));

    [Fact]
    public async Task B07_FolderComesBackEmpty_NobodyIsServedUntilItIsFilled()
    {
        Directory.CreateDirectory(ConfigFolder);
        Write(Services);
        await using (await StartAsync(0))
        {
        }

        File.Delete(Path.Combine(ConfigFolder, "mesh.yaml"));
        using var port = new ReservedPort();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = port.Address };
        var starting = StartAsync(port.Number);
        await Eventually.ReachesAsync("the process is alive", async () => await CodeAsync(http, "/healthz") == HttpStatusCode.OK, cancellationToken: Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CodeAsync(http, "/readyz"));
        Assert.False(starting.IsCompleted);

        Write(Services);
        await using var mesh = await starting;
        mesh.Logs.Expect("StoreImplausible");
        Assert.Equal("ready\n", await mesh.GetAsync("/readyz"));
        Assert.Single(mesh.Logs.Entries, entry => entry.EventName == "StoreImplausible");
        Assert.Single(mesh.Logs.Entries, entry => entry.EventName == "StoreBelieved");
    }

    [Fact]
    public async Task B07_FolderComesBackEmptyAndThatIsAllowed_IsServedAndRemembered()
    {
        Directory.CreateDirectory(ConfigFolder);
        Write(Services);
        await using (await StartAsync(0))
        {
        }

        File.Delete(Path.Combine(ConfigFolder, "mesh.yaml"));
        await using (await StartAsync(0, isAllowed: true))
        {
        }

        await using var again = await StartAsync(0);
        Assert.DoesNotContain(again.Logs.Entries, entry => entry.EventName == "StoreImplausible");
    }

    private Task<RunningControlPlane> StartAsync(int port, bool isAllowed = false) => RunningControlPlane.StartAsync(configure: options =>
    {
        options.ConfigFolder = ConfigFolder;
        options.StateFolder = Path.Combine(_root.FullName, "state");
        options.HttpPort = port;
        options.AllowShrunkStore = isAllowed;
    });

    private void Write(string yaml)
    {
        var path = Path.Combine(ConfigFolder, "mesh.yaml");
        File.WriteAllText(path + "~", yaml);
        File.Move(path + "~", path, overwrite: true);
    }

    private static async Task<HttpStatusCode?> CodeAsync(HttpClient http, string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
