using Mesh.ControlPlane.Hosting.Listening;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mesh.ControlPlane.Tests.Hosting;

public sealed class AddMeshControlPlaneTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_InAnApp_ListensBeforeOtherServicesStartAndTellsTheMeshWhere()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var seen = new List<string?>();
        builder.Services.AddHostedService(provider => new Probe(() => seen.Add(provider.GetRequiredService<IConfiguration>()["Mesh:ControlPlane"])));
        builder.AddMeshControlPlane(OnFreePorts);
        using var host = builder.Build();

        await host.StartAsync(Cancellation);

        var addresses = host.Services.GetRequiredService<MeshControlPlaneAddresses>();
        Assert.Equal([addresses.XdsAddress.GetLeftPart(UriPartial.Authority)], seen);
        Assert.Equal("ready\n", await Http.GetAsync(new Uri(addresses.HttpAddress, "/readyz")));
        Assert.Contains("mesh-control-plane", await Http.GetAsync(new Uri(addresses.HttpAddress, "/version")), StringComparison.Ordinal);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Start_MeshControlPlaneIsSet_LeavesIt()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Mesh:ControlPlane:0"] = "http://elsewhere:15010";
        builder.AddMeshControlPlane(OnFreePorts);
        using var host = builder.Build();

        await host.StartAsync(Cancellation);

        Assert.Null(host.Services.GetRequiredService<IConfiguration>()["Mesh:ControlPlane"]);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Start_WithBadSettings_NamesAllOfThem()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddMeshControlPlane(options =>
        {
            options.XdsPort = 70_000;
            options.Address = "here";
            options.GraceTime = TimeSpan.FromSeconds(-1);
        });
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.Equal(3, exception.Failures.Count());
    }

    [Fact]
    public async Task Start_OnABusyPort_SaysWhichSettingToChange()
    {
        await using var other = await RunningControlPlane.StartAsync();

        var exception = await Assert.ThrowsAsync<ListenException>(() =>
            RunningControlPlane.StartAsync(configure: options => options.HttpPort = other.HttpAddress.Port));

        Assert.Equal(nameof(MeshControlPlaneOptions.HttpPort), exception.Option);
        Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
    }

    private static void OnFreePorts(MeshControlPlaneOptions options)
    {
        options.XdsPort = 0;
        options.HttpPort = 0;
    }

    private sealed class Probe(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
