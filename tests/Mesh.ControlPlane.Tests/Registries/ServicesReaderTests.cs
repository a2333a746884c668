using Mesh.ControlPlane.Registries.Dns;
using Mesh.ControlPlane.Registries.Services;
using Mesh.ControlPlane.Registry;
using Microsoft.Extensions.Configuration;

namespace Mesh.ControlPlane.Tests.Registries;

public sealed class ServicesReaderTests
{
    private const string Basket = "basket.shop.svc.cluster.local";

    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Services:Basket:http:0"] = "http://127.0.0.1:5301",
        ["Services:Basket:http:1"] = "127.0.0.2:5301",
        ["Services:Basket:https:0"] = "https://127.0.0.1:7301",
        ["Services:Basket:dashboard:0"] = "http://127.0.0.3:9999",
        ["Services:Catalog:0"] = "http://127.0.0.4",
        ["Services:Bad:0"] = "tcp://127.0.0.5",
    }).Build();

    [Fact]
    public async Task FollowAsync_Section_BecomesServicesWithAPortForEverySchemeAndName()
    {
        await using var bed = new FeedBed(Reader());

        await bed.HasAsync(Basket, "127.0.0.1:5301", "127.0.0.2:5301", "127.0.0.1:7301", "127.0.0.3:9999");

        var ports = bed.Service(Basket).Ports.ToDictionary(port => port.Number, port => (port.Name, port.Protocol));
        Assert.Equal(("http", ServiceProtocol.Http), ports[80]);
        Assert.Equal(("http", ServiceProtocol.Http), ports[5301]);
        Assert.Equal(("https", ServiceProtocol.Https), ports[443]);
        Assert.Equal(("dashboard", ServiceProtocol.Http), ports[9999]);
        await bed.HasAsync("catalog.shop.svc.cluster.local", "127.0.0.4:80");
        Assert.DoesNotContain(bed.Feed.Current.Services, draft => draft.Service.Name == "bad");
    }

    [Fact]
    public async Task FollowAsync_Reload_IsFollowed()
    {
        await using var bed = new FeedBed(Reader());
        await bed.HasAsync("catalog.shop.svc.cluster.local", "127.0.0.4:80");

        _configuration["Services:Catalog:0"] = "http://localhost:81";
        _configuration.Reload();

        // The in-memory provider takes the value at once, and the reload tells of it.
        await Mesh.Testing.Eventually.ReachesAsync(
            "catalog moved",
            () => bed.Feed.Current.Services.Single(draft => draft.Service.Name == "catalog").Endpoints is [{ Port: 81, Address: "127.0.0.1" or "::1" }, ..],
            cancellationToken: TestContext.Current.CancellationToken);
    }

    private ServicesReader Reader() => new(_configuration, new ServicesSettings("shop", "cluster.local"), new HostAddresses(TimeProvider.System), TimeProvider.System);
}
