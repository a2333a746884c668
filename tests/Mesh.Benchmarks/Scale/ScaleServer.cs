using System.Globalization;
using Mesh.ControlPlane;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Benchmarks.Scale;

/// <summary>The control plane in a process of its own: writes its port, and what it holds whenever a line is asked for; ends with its input.</summary>
internal static class ScaleServer
{
    public static async Task<int> RunAsync(string folder, string port)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddMeshControlPlane(options =>
        {
            options.ConfigFolder = folder;
            options.XdsPort = int.Parse(port, CultureInfo.InvariantCulture);
            options.HttpPort = 0;
            options.SecurePort = 0;
        });
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(host.Services.GetRequiredService<MeshControlPlaneAddresses>().XdsAddress!.Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect();
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }

        await host.StopAsync();
        return 0;
    }
}
