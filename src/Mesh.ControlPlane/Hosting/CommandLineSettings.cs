namespace Mesh.ControlPlane.Hosting;

/// <summary>What the command line says; null is not said.</summary>
internal sealed record CommandLineSettings(string? Config, int? XdsPort, int? HttpPort, string? Address, bool Json, bool ExitWithParent)
{
    public void ApplyTo(MeshControlPlaneOptions options)
    {
        options.ConfigFolder = Config ?? options.ConfigFolder;
        options.XdsPort = XdsPort ?? options.XdsPort;
        options.HttpPort = HttpPort ?? options.HttpPort;
        options.Address = Address ?? options.Address;
    }
}
