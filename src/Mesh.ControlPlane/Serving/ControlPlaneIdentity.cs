using System.Reflection;

namespace Mesh.ControlPlane.Serving;

/// <summary>What the control plane calls itself on the wire.</summary>
internal static class ControlPlaneIdentity
{
    public const string Name = "mesh-control-plane";

    public static string Version { get; } = ReadVersion();

    /// <summary>For <c>DiscoveryResponse.control_plane.identifier</c>.</summary>
    public static string Identifier { get; } = $"{Name}/{Version}";

    private static string ReadVersion()
    {
        var text = typeof(ControlPlaneIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var build = text.IndexOf('+', StringComparison.Ordinal);
        return build < 0 ? text : text[..build];
    }
}
