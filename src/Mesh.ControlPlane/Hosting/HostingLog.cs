using System.Net;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The log messages of hosting.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(9000, LogLevel.Information, "The control plane serves {Resources} resources: xDS on {Xds}, HTTP on {Http}", EventName = "ControlPlaneStarted")]
    public static partial void Started(ILogger logger, Uri xds, Uri http, int resources);

    [LoggerMessage(9001, LogLevel.Warning, "xDS listens on {Address} without encryption or authentication: whoever reaches it reads the mesh's configuration and can register workloads. Keep it on a loopback address or behind a network you trust", EventName = "PlaintextExposed")]
    public static partial void PlaintextExposed(ILogger logger, IPAddress address);
}
