using System.Net;
using Mesh.ControlPlane.Tests.Registries;
using Mesh.Testing;
using Mesh.Testing.Connections;

namespace Mesh.ControlPlane.Tests.Hosting;

public sealed class ReadinessTests
{
    [Fact]
    public async Task B07_WhileARegistryLoads_ReadinessAnswers503AndNobodyIsServed()
    {
        await using var agent = await ConsulAgent.StartAsync();
        agent.Register("reviews", "r1", 9080);
        agent.Fail(HttpStatusCode.InternalServerError);
        using var port = new ReservedPort();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = port.Address };

        var starting = StartAsync(port.Number, agent.Address, TimeSpan.FromMinutes(5));
        await Eventually.ReachesAsync("the port is open", async () => await CodeAsync(http, "/healthz") == HttpStatusCode.OK, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CodeAsync(http, "/readyz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CodeAsync(http, "/api/v1/status"));
        Assert.False(starting.IsCompleted);

        agent.Fail(0);
        await using var mesh = await starting;
        Assert.Equal("ready\n", await mesh.GetAsync("/readyz"));
        Assert.Single(mesh.State.Source.Current.Registry.Endpoints["reviews.service.consul"]);
    }

    [Fact]
    public async Task B10_RegistryThatIsNeverThere_IsWaitedForWithALimitAndNamed()
    {
        using var nobody = new ReservedPort();
        await using var mesh = await StartAsync(0, nobody.Address, TimeSpan.FromMilliseconds(200));

        Assert.Equal("ready\nloading: consul/c\n", await mesh.GetAsync("/readyz"));
        Assert.Contains("mesh_registry_stale{registry=\"consul/c\"} 1", await mesh.GetAsync("/metrics"), StringComparison.Ordinal);
        var registries = await mesh.GetAsync("/api/v1/registries");
        Assert.Contains("\"state\": \"loading\"", registries, StringComparison.Ordinal);
        Assert.Contains("refused", registries, StringComparison.Ordinal);
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "RegistryNotLoaded");
    }

    private static async Task<RunningControlPlane> StartAsync(int port, Uri consul, TimeSpan limit)
    {
        var mesh = await RunningControlPlane.StartAsync(configure: options =>
        {
            options.HttpPort = port;
            options.Registries.StartTimeout = limit;
            options.Registries.Consul["c"] = new MeshConsulOptions { Address = consul.ToString() };
        });
        mesh.Logs.Expect("RegistryUnreachable").Expect("RegistryNotLoaded");
        return mesh;
    }

    private static async Task<HttpStatusCode?> CodeAsync(HttpClient http, string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
