using System.Globalization;
using System.Text.Json;
using Bookinfo.AppHost.Processes;

namespace Bookinfo.AppHost;

/// <summary>The control plane's process as this program sees it.</summary>
/// <param name="Xds">Where processes of this machine connect without proof.</param>
/// <param name="SecureAddress">Where workloads get certificates and configuration, over TLS.</param>
/// <param name="Http">Its HTTP interface.</param>
internal sealed record ControlPlane(string Xds, string SecureAddress, string Http)
{
    public const string Name = "control-plane";

    public static ChildProgram Program(AppHostOptions options, string config, RunFolder folder) => new(
        Name,
        BuiltPrograms.Find("Mesh.ControlPlane"),
        [
            "--config", config,
            "--xds-port", options.XdsPort.ToString(CultureInfo.InvariantCulture),
            "--secure-port", "0",
            "--http-port", options.HttpPort.ToString(CultureInfo.InvariantCulture),
            "--state", folder.State,
            "--exit-with-parent",
            "--json",
        ],
        new Dictionary<string, string> { ["DOTNET_gcServer"] = "0" },
        line => line.StartsWith('{') ? line : null);

    /// <summary>Reads the line it prints when it is ready.</summary>
    public static ControlPlane Read(string readyLine)
    {
        try
        {
            using var ready = JsonDocument.Parse(readyLine);
            return new ControlPlane(
                ready.RootElement.GetProperty("xds").GetString()!,
                ready.RootElement.GetProperty("secureAddress").GetString()!,
                ready.RootElement.GetProperty("http").GetString()!);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AppHostException($"The control plane's ready line was not understood; expected an object with 'xds', 'secureAddress' and 'http': {readyLine}");
        }
    }
}
