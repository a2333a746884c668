using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Log messages of connections.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Cannot connect to endpoint {Address} of {Host}.", EventName = "ConnectFailed")]
    public static partial void ConnectFailed(ILogger logger, EndpointAddress address, string host, Exception exception);

    [LoggerMessage(3001, LogLevel.Information, "Endpoint {Address} was removed, and {InFlight} requests did not end within {Limit}: their connections are cut.", EventName = "DrainTimedOut")]
    public static partial void DrainTimedOut(ILogger logger, EndpointAddress address, int inFlight, TimeSpan limit);

    [LoggerMessage(3002, LogLevel.Warning, "Certificates of a TLS policy cannot be read, the last good ones stay if there are any: {Error}", EventName = "CertificateUnreadable")]
    public static partial void CertificateUnreadable(ILogger logger, string error);

    [LoggerMessage(3003, LogLevel.Warning, "A server is not believed, and was sent nothing (server name '{ServerName}'): {Reason}", EventName = "PeerRefused")]
    public static partial void PeerRefused(ILogger logger, string? serverName, string reason);

    [LoggerMessage(3004, LogLevel.Debug, "Connections to endpoint {Address} are renewed: {Reason}.", EventName = "ConnectionsRenewed")]
    public static partial void ConnectionsRenewed(ILogger logger, EndpointAddress address, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "Endpoint {Address} is not believed any more; {Count} connections to it take no more requests, and are cut in {Delay}.", EventName = "PeerDistrusted")]
    public static partial void PeerDistrusted(ILogger logger, EndpointAddress address, int count, TimeSpan delay);
}
