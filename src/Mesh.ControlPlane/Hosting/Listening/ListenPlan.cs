using System.Net;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>Where the ports of a control plane listen, and what the API asks there, as the settings together say it.</summary>
internal static class ListenPlan
{
    private const int DefaultSecurePort = 15012;

    /// <summary>The plaintext port never leaves the machine.</summary>
    public static IPEndPoint Plaintext(MeshControlPlaneOptions options)
    {
        var address = IPAddress.Parse(options.Address);
        var loopback = IPAddress.IsLoopback(address) ? address
            : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback
            : IPAddress.Loopback;
        return new IPEndPoint(loopback, options.XdsPort);
    }

    public static IPEndPoint Secure(MeshControlPlaneOptions options) => new(IPAddress.Parse(options.Address), SecurePortOf(options));

    public static IPEndPoint Http(MeshControlPlaneOptions options) => new(IPAddress.Parse(options.Address), options.HttpPort);

    public static int SecurePortOf(MeshControlPlaneOptions options) => options.SecurePort ?? (options.XdsPort == 0 ? 0 : DefaultSecurePort);

    public static bool IsLoopback(MeshControlPlaneOptions options) => IPAddress.IsLoopback(IPAddress.Parse(options.Address));

    public static ApiAuthentication AuthenticationOf(MeshControlPlaneOptions options) =>
        options.Authentication ?? (IsLoopback(options) ? ApiAuthentication.LoopbackDevelopment : ApiAuthentication.Required);
}
