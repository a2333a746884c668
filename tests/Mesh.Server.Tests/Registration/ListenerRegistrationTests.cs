using Mesh.Client;
using Mesh.Client.Hosting;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Server.Registration;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Tests.Registration;

public sealed class ListenerRegistrationTests : IDisposable
{
    private readonly LogCollector _logs = new();
    private readonly MeshOptions _options = new() { Service = "reviews" };

    [Fact]
    public async Task AnnounceAsync_OfAListeningServer_SaysWhereAndThatItIsReady()
    {
        var registration = await AnnounceAsync("http://127.0.0.1:40001", "https://127.0.0.1:40002");

        Assert.Equal(("reviews", "127.0.0.1", WorkloadState.Ready), (registration!.Service, registration.Address, registration.State));
        Assert.Equal([new("http", 40001), new("https", 40002)], registration.Ports);
    }

    [Fact]
    public async Task AnnounceAsync_WithDeclaredPorts_KeepsRealOnesApart()
    {
        _options.Ports["http"] = 9080;

        var registration = await AnnounceAsync("http://127.0.0.1:40001");

        Assert.Equal([new("http", 40001)], registration!.Ports);
        Assert.Equal([new("http", 9080)], registration.ServicePorts);
    }

    [Fact]
    public async Task AnnounceAsync_ListeningEverywhereBesideTheControlPlane_IsLoopback()
    {
        _options.ControlPlane.Add("http://127.0.0.1:15010");

        Assert.Equal("127.0.0.1", (await AnnounceAsync("http://[::]:40001"))!.Address);
    }

    [Fact]
    public async Task AnnounceAsync_WithAConfiguredAddress_SaysThat()
    {
        _options.Address = "192.0.2.7";

        Assert.Equal("192.0.2.7", (await AnnounceAsync("http://[::]:40001"))!.Address);
    }

    [Fact]
    public async Task AnnounceAsync_OfAUnixSocketOnly_SaysNothing()
    {
        Assert.Null(await AnnounceAsync("http://unix:/tmp/app.sock"));
        Assert.Contains(_logs.Entries, entry => entry.EventName == "NothingToRegister");
    }

    [Fact]
    public async Task AnnounceAsync_WithoutAServer_SaysNothing()
    {
        Assert.Null(await AnnounceAsync(server: null));
    }

    public void Dispose() => _logs.Dispose();

    private Task<WorkloadRegistration?> AnnounceAsync(params string[] addresses) => AnnounceAsync(new ListeningServer(addresses));

    private async Task<WorkloadRegistration?> AnnounceAsync(IServer? server)
    {
        var announcer = new WorkloadAnnouncer(new Workload(Options.Create(_options)), new AbsentIdentity(), new InboundPolicy());
        WorkloadRegistration? announced = null;
        announcer.Connect(registration => announced = registration);
        var registration = new ListenerRegistration(
            server, announcer, new ConfigurationBuilder().Build(), _logs.CreateLogger<ListenerRegistration>());

        await registration.AnnounceAsync(TestContext.Current.CancellationToken);

        return announced;
    }

    /// <summary>A server that has started already.</summary>
    private sealed class ListeningServer : IServer
    {
        public ListeningServer(IEnumerable<string> addresses)
        {
            var feature = new AddressesFeature();
            foreach (var address in addresses)
            {
                feature.Addresses.Add(address);
            }

            Features.Set<IServerAddressesFeature>(feature);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private sealed class AddressesFeature : IServerAddressesFeature
    {
        public ICollection<string> Addresses { get; } = [];

        public bool PreferHostingUrls { get; set; }
    }
}
