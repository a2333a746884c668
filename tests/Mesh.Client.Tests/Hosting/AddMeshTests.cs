using Mesh.Client.Hosting.HttpClients;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Tests.Hosting;

public sealed class AddMeshTests
{
    [Fact]
    public async Task CreateClient_OfAnyName_EndsInTheMesh()
    {
        await using var provider = Build(services =>
        {
            services.AddHttpClient("before");
            services.AddMesh();
            services.AddHttpClient("after").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler());
        });

        Assert.IsType<MeshHandler>(PrimaryOf(provider, "before"));
        Assert.IsType<MeshHandler>(PrimaryOf(provider, "after"));
        Assert.IsType<MeshHandler>(PrimaryOf(provider, ""));
    }

    [Fact]
    public async Task RemoveMeshHandler_WhereverItStands_LeavesTheClientAlone()
    {
        await using var provider = Build(services =>
        {
            services.AddHttpClient("out").RemoveMeshHandler();
            services.AddMesh();
        });

        Assert.IsNotType<MeshHandler>(PrimaryOf(provider, "out"));
    }

    [Fact]
    public async Task AddMeshHandler_WithAutoAttachOff_TakesOnlyThatClientIn()
    {
        await using var provider = Build(services =>
        {
            services.AddMesh(options => options.Http.AutoAttach = false);
            services.AddHttpClient("in").AddMeshHandler();
            services.AddHttpClient("out");
        });

        Assert.IsType<MeshHandler>(PrimaryOf(provider, "in"));
        Assert.IsNotType<MeshHandler>(PrimaryOf(provider, "out"));
    }

    [Fact]
    public async Task AddMeshHandler_WithoutAddMesh_SaysWhatIsMissing()
    {
        await using var provider = Build(services => services.AddHttpClient("in").AddMeshHandler());

        var failure = Assert.Throws<InvalidOperationException>(() => PrimaryOf(provider, "in"));

        Assert.Contains("AddMesh()", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddMesh_Twice_RegistersOnce()
    {
        var services = new ServiceCollection();
        services.AddMesh();
        var count = services.Count;

        services.AddMesh();

        Assert.Equal(count, services.Count);
    }

    [Fact]
    public async Task Options_FromConfiguration_AreBound()
    {
        await using var provider = Build(services => services.AddMesh(), new()
        {
            ["Mesh:ControlPlane"] = "http://a:1, http://b:2",
            ["Mesh:Service"] = "reviews",
            ["Mesh:Labels:version"] = "v2",
            ["Mesh:Ports:http"] = "9080",
            ["Mesh:Outbound:TrafficPolicy"] = "RegistryOnly",
            ["Mesh:Xds:Protocol"] = "StateOfTheWorld",
        });

        var options = provider.GetRequiredService<IOptions<MeshOptions>>().Value;

        Assert.Equal(["http://a:1", "http://b:2"], options.ControlPlane);
        Assert.Equal("v2", options.Labels["version"]);
        Assert.Equal("reviews", options.Labels["app"]);
        Assert.Equal(9080, options.Ports["http"]);
        Assert.Equal(OutboundTrafficPolicy.RegistryOnly, options.Outbound.TrafficPolicy);
        Assert.Equal(XdsProtocol.StateOfTheWorld, options.Xds.Protocol);
    }

    [Fact]
    public async Task Options_WithSeveralMistakes_NameEachByItsPath()
    {
        await using var provider = Build(services => services.AddMesh(), new()
        {
            ["Mesh:ControlPlane"] = "nowhere",
            ["Mesh:Service"] = "Not A Label",
            ["Mesh:Ports:http"] = "70000",
            ["Mesh:Outbound:DiscoveryTimeout"] = "00:00:00",
            ["Mesh:Locality"] = "eu//1",
        });

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<MeshOptions>>().Value);

        Assert.Equal(5, failure.Failures.Count());
        foreach (var path in (string[])["Mesh:ControlPlane", "Mesh:Service", "Mesh:Ports:http", "Mesh:Outbound:DiscoveryTimeout", "Mesh:Locality"])
        {
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bootstrap_WithoutSettings_IsTheLocalControlPlane()
    {
        await using var provider = Build(services => services.AddMesh());

        var bootstrap = provider.GetRequiredService<MeshBootstrap>().Read();

        Assert.Equal(["http://127.0.0.1:15010"], bootstrap.Servers.Select(server => server.ToString()));
        Assert.StartsWith("sidecar~", bootstrap.Node.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bootstrap_WithALocality_TellsIt()
    {
        await using var provider = Build(services => services.AddMesh(), new() { ["Mesh:Locality"] = "eu/north" });

        Assert.Equal(new Locality("eu", "north", ""), provider.GetRequiredService<MeshBootstrap>().Read().Node.Locality);
    }

    [Fact]
    public async Task Bootstrap_WithGrpcsOwn_IsThat()
    {
        const string Json = """{"xds_servers":[{"server_uri":"istiod:15010","channel_creds":[{"type":"insecure"}]}],"node":{"id":"own","metadata":{"NAMESPACE":"shop"}}}""";
        await using var provider = Build(services => services.AddMesh(), new() { ["GRPC_XDS_BOOTSTRAP_CONFIG"] = Json });

        var bootstrap = provider.GetRequiredService<MeshBootstrap>().Read();

        Assert.Equal(["http://istiod:15010"], bootstrap.Servers.Select(server => server.ToString()));
        Assert.Equal("own", bootstrap.Node.Id);
        Assert.Equal("shop", bootstrap.Node.Metadata["NAMESPACE"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bootstrap_AfterTheKeyChanged_IsTheNewOne()
    {
        await using var provider = Build(services => services.AddMesh());
        provider.GetRequiredService<MeshBootstrap>().Read();

        provider.GetRequiredService<IConfiguration>()["Mesh:ControlPlane"] = "http://127.0.0.1:1";

        Assert.Equal(["http://127.0.0.1:1"], provider.GetRequiredService<MeshBootstrap>().Read().Servers.Select(server => server.ToString()));
    }

    [Fact]
    public async Task Announcer_ThatListens_MergesTheWrittenPorts()
    {
        await using var provider = Build(services => services.AddMesh(), new() { ["Mesh:Ports:http"] = "9080", ["Mesh:Service"] = "reviews" });
        var announcer = provider.GetRequiredService<WorkloadAnnouncer>();
        var announced = new List<Mesh.Client.Model.WorkloadRegistration>();

        announcer.Listening("10.0.0.1", new Dictionary<string, int> { ["http"] = 34567 });
        announcer.Connect(announced.Add);
        announcer.ChangeState(Mesh.Client.Model.WorkloadState.Draining);

        Assert.Equal(2, announced.Count);
        Assert.Equal(34567, announced[0].Ports["http"]);
        Assert.Equal(9080, announced[0].ServicePorts["http"]);
        Assert.Equal(Mesh.Client.Model.WorkloadState.Draining, announced[1].State);
    }

    private static ServiceProvider Build(Action<IServiceCollection> configure, Dictionary<string, string?>? settings = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings ?? []).Build());
        configure(services);
        return services.BuildServiceProvider();
    }

    private static HttpMessageHandler PrimaryOf(ServiceProvider provider, string name)
    {
        var handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        while (handler is DelegatingHandler outer)
        {
            handler = outer.InnerHandler!;
        }

        return handler;
    }
}
