using System.Net;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>One process that is control plane, service and caller.</summary>
public sealed class MeshOfOneTests : IDisposable
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: self}
        spec:
          selector: {app: self}
          ports: [{port: 80, name: http}]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-config-");
    private readonly LogCollector _logs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public Task FirstCall_WithTheMeshAddedFirst_SucceedsOnTheFirstConnection() => CallAsync(builder =>
    {
        builder.AddMesh();
        AddControlPlane(builder);
    });

    [Fact(Timeout = 30_000)]
    public Task FirstCall_WithTheControlPlaneAddedFirst_SucceedsOnTheFirstConnection() => CallAsync(builder =>
    {
        AddControlPlane(builder);
        builder.AddMesh();
    });

    [Fact(Timeout = 30_000)]
    public Task FirstCall_WithServicesStartedConcurrently_SucceedsOnTheFirstConnection() => CallAsync(builder =>
    {
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.AddMesh();
        AddControlPlane(builder);
    });

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _logs.Dispose();
    }

    private async Task CallAsync(Action<WebApplicationBuilder> add)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "mesh.yaml"), Service, Cancellation);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(_logs.AsProvider());
        builder.Configuration.AddInMemoryCollection([new("Mesh:Service", "self"), new("urls", "http://127.0.0.1:0")]);
        add(builder);
        await using var app = builder.Build();
        app.UseMesh();
        app.MapGet("/", () => "me");
        await app.StartAsync(Cancellation);
        using var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var response = await client.GetAsync(new Uri("http://self/"), Cancellation);

        Assert.Equal((HttpStatusCode.OK, "me"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        Assert.DoesNotContain(_logs.Entries, entry => entry.EventName is "XdsAttemptFailed");
        Assert.Single(_logs.Entries, entry => entry.EventName is "XdsConnected");
        await app.StopAsync(Cancellation);
    }

    private void AddControlPlane(WebApplicationBuilder builder) => builder.AddMeshControlPlane(options =>
    {
        options.ConfigFolder = _folder.FullName;
        options.XdsPort = 0;
        options.HttpPort = 0;
    });
}
