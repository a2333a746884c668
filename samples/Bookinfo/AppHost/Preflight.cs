using System.Net;
using System.Net.Sockets;

namespace Bookinfo.AppHost;

/// <summary>Finds what would go wrong before anything is started, so that the user gets one message.</summary>
internal static class Preflight
{
    public static void Check(AppHostOptions options)
    {
        CheckConfigFolder(options.ConfigFolder);
        CheckPort(options.PagePort, "--port", "the product page");
        CheckPort(options.GatewayPort, "--gateway-port", "the ingress gateway");
        CheckPort(options.XdsPort, "--xds-port", "the control plane (xDS)");
        CheckPort(options.HttpPort, "--http-port", "the control plane (HTTP)");
    }

    private static void CheckConfigFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            var what = File.Exists(folder) ? "is a file" : "does not exist";
            throw new AppHostException($"The configuration folder {folder} {what}. Give a folder of YAML files: --config DIR");
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new AppHostException($"The configuration folder {folder} cannot be read: {exception.Message}");
        }
    }

    private static void CheckPort(int port, string option, string user)
    {
        if (port == 0)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            var reason = exception.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use by another program" : $"cannot be opened ({exception.Message})";
            throw new AppHostException($"Port {port} for {user} {reason}. Free it or choose another one: {option} PORT (0 takes any free one)");
        }
    }
}
