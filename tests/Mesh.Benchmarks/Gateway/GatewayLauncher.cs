using System.Diagnostics;
using System.Globalization;
using Mesh.Benchmarks.Load;

namespace Mesh.Benchmarks.Gateway;

/// <summary>Starts the backend, the gateways beside each other on one processor, and the client with the backend on the other.</summary>
internal static class GatewayLauncher
{
    public static int Run(string[] arguments)
    {
        _ = GatewayOptions.Parse(arguments);
        var pins = CpuPins.Find();
        var folder = Directory.CreateTempSubdirectory("gateway-benchmark-");
        using var backend = LoadLauncher.Start(pins?.Client, ["load-server"], ownsInput: true);
        var port = ReadPort(backend);
        using var mesh = LoadLauncher.Start(pins?.Server, ["gateway-server", port], ownsInput: true);
        using var floor = LoadLauncher.Start(pins?.Server, ["gateway-floor", port], ownsInput: true);
        List<string> proxies = ["mesh", ReadPort(mesh), mesh.Id.ToString(CultureInfo.InvariantCulture), "floor", ReadPort(floor), floor.Id.ToString(CultureInfo.InvariantCulture)];
        var foreign = new List<Process>();
        foreach (var name in new[] { "nginx", "haproxy" })
        {
            if (ForeignProxies.Start(name, port, folder.FullName) is { } started)
            {
                foreign.Add(started.Process);
                proxies.AddRange([name, started.Port.ToString(CultureInfo.InvariantCulture), started.Process.Id.ToString(CultureInfo.InvariantCulture)]);
            }
            else
            {
                Console.WriteLine($"{name} is not on PATH: apt-get install {name}");
            }
        }

        using var client = LoadLauncher.Start(pins?.Client, ["gateway-client", string.Join(',', proxies), .. arguments], ownsInput: false);
        client.WaitForExit();
        foreign.ForEach(static process => process.Kill());
        mesh.StandardInput.Close();
        floor.StandardInput.Close();
        backend.StandardInput.Close();
        mesh.WaitForExit();
        floor.WaitForExit();
        backend.WaitForExit();
        folder.Delete(recursive: true);
        return client.ExitCode;
    }

    private static string ReadPort(Process process) =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Expected the process to write its port; it ended instead.");
}
