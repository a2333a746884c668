using System.Net;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway;

/// <summary>Messages of a gateway.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(EventId = 7500, EventName = "GatewayPortOpened", Level = LogLevel.Information, Message = "Gateway listener {Listener} is open at {Local}")]
    public static partial void Opened(ILogger logger, string listener, IPEndPoint local);

    [LoggerMessage(EventId = 7501, EventName = "GatewayPortClosed", Level = LogLevel.Information, Message = "Gateway listener {Listener} at {Local} is closed: no Gateway resource asks for it any more. {Connections} connections end by themselves or are cut")]
    public static partial void Closed(ILogger logger, string listener, IPEndPoint local, int connections);

    [LoggerMessage(EventId = 7502, EventName = "GatewayPortNotOpened", Level = LogLevel.Warning, Message = "Gateway listener {Listener} cannot be opened at {Wanted}: {Reason}. It is tried again; for a port below 1024 without privileges set Mesh:Gateway:PortOffset or Mesh:Gateway:Ports")]
    public static partial void NotOpened(ILogger logger, string listener, IPEndPoint wanted, string reason);

    [LoggerMessage(EventId = 7503, EventName = "GatewayPortBeyond", Level = LogLevel.Warning, Message = "Gateway listener {Listener} is not opened: with Mesh:Gateway:PortOffset {Offset} its port is above 65535")]
    public static partial void NoSuchPort(ILogger logger, string listener, int offset);

    [LoggerMessage(EventId = 7504, EventName = "GatewayAcceptFailed", Level = LogLevel.Error, Message = "Gateway listener {Listener} takes no more connections")]
    public static partial void AcceptFailed(ILogger logger, string listener, Exception exception);

    [LoggerMessage(EventId = 7505, EventName = "GatewayTooManyConnections", Level = LogLevel.Debug, Message = "Connection at gateway listener {Listener} closed: {Limit} are open (Mesh:Gateway:MaxConnections)")]
    public static partial void TooMany(ILogger logger, string listener, int limit);

    [LoggerMessage(EventId = 7506, EventName = "GatewayConnectionRefused", Level = LogLevel.Debug, Message = "Connection from {Peer} at gateway listener {Listener} refused: {Reason}")]
    public static partial void Refused(ILogger logger, EndPoint? peer, string listener, string reason);

    [LoggerMessage(EventId = 7507, EventName = "GatewayRequestBroken", Level = LogLevel.Debug, Message = "Request {Method} {Path} through the gateway broke off: {Reason}")]
    public static partial void BrokenOff(ILogger logger, string method, string path, string reason);

    [LoggerMessage(EventId = 7508, EventName = "GatewayCertificateUnusable", Level = LogLevel.Warning, Message = "Gateway listener {Listener} has no usable certificate for '{ServerName}': {Reason}. Connections are refused until it has")]
    public static partial void NoCertificate(ILogger logger, string listener, string? serverName, string reason);
}
