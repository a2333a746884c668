using System.Net.Http.Json;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Hosting;

public sealed class UseMeshTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseMesh_WithoutAddMesh_SaysWhatToDo()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.UseMesh());

        Assert.Contains("builder.AddMesh()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseMesh_WithTheServicesOverload_Works()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddMesh();
        await using var app = builder.Build();

        Assert.Same(app, app.UseMesh());
    }

    [Fact]
    public async Task UseMesh_Twice_AddsOneSetOfStages()
    {
        await using var app = Build();
        app.UseMesh();
        var stages = 0;
        var counter = new CountingApplicationBuilder(app, () => stages++);

        counter.UseMesh();

        Assert.Equal(0, stages);
    }

    [Fact]
    public async Task UseMesh_OnARequest_LetsConfiguredHeadersFlow()
    {
        await using var app = Build(("Mesh:Propagation:AdditionalHeaders:0", "X-Tenant"), ("Mesh:Propagation:GenerateRequestId", "false"));
        app.UseMesh();
        app.MapGet("/", async () =>
        {
            await Task.Yield();
            return await Task.Run(() => CallContext.Current?.Headers.ToDictionary() ?? []);
        });
        await app.StartAsync(Cancelled);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal([new("end-user", "jason"), new("x-tenant", "t1")], (await GetAsync(client, ("End-User", "jason"), ("X-Tenant", "t1"), ("X-Other", "no"))).Order(ByKey));

        // The same connection: nothing of the last request may be left.
        Assert.Empty(await GetAsync(client));
    }

    [Fact]
    public async Task UseMesh_OnceTheServerListens_RegistersItsRealPort()
    {
        await using var app = Build(("Mesh:Service", "reviews"));
        app.UseMesh();
        var announcer = app.Services.GetRequiredService<WorkloadAnnouncer>();
        Assert.False(announcer.IsRegistered);

        await app.StartAsync(Cancelled);

        Assert.True(announcer.IsRegistered);
    }

    [Fact]
    public void AddMesh_OnAWebApplicationBuilder_PrefersTheServersOverload()
    {
        // Compiles without a cast: the overload for the more specific builder wins.
        var builder = WebApplication.CreateSlimBuilder();

        Assert.Same(builder.Services, builder.AddMesh().Services);
    }

    private static Comparer<KeyValuePair<string, string>> ByKey { get; } =
        Comparer<KeyValuePair<string, string>>.Create((left, right) => string.CompareOrdinal(left.Key, right.Key));

    private static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddMesh();
        return builder.Build();
    }

    private static async Task<Dictionary<string, string>> GetAsync(HttpClient client, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request, Cancelled);
        return (await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Cancelled))!;
    }

    /// <summary>Tells when a middleware is added.</summary>
    private sealed class CountingApplicationBuilder(IApplicationBuilder inner, Action added) : IApplicationBuilder
    {
        public IServiceProvider ApplicationServices
        {
            get => inner.ApplicationServices;
            set => inner.ApplicationServices = value;
        }

        public Microsoft.AspNetCore.Http.Features.IFeatureCollection ServerFeatures => inner.ServerFeatures;

        public IDictionary<string, object?> Properties => inner.Properties;

        public IApplicationBuilder Use(Func<Microsoft.AspNetCore.Http.RequestDelegate, Microsoft.AspNetCore.Http.RequestDelegate> middleware)
        {
            added();
            return inner.Use(middleware);
        }

        public IApplicationBuilder New() => inner.New();

        public Microsoft.AspNetCore.Http.RequestDelegate Build() => inner.Build();
    }
}
