using System.Net;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Transport;

/// <summary>Messages about the connections that this process receives.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(EventId = 4510, EventName = "ConnectionRefused", Message = "Connection from {Peer} to port {Port} refused: {Reason}. {Detail}")]
    public static partial void Refused(ILogger logger, LogLevel level, EndPoint? peer, int port, string reason, string? detail);

    [LoggerMessage(EventId = 4511, EventName = "ConnectionEnded", Level = LogLevel.Information, Message = "Connection from {Peer} to port {Port} is ended: {Reason}. {Detail}")]
    public static partial void Ended(ILogger logger, EndPoint? peer, int port, string reason, string? detail);

    [LoggerMessage(EventId = 4512, EventName = "RequestNotAllowedByMode", Level = LogLevel.Debug, Message = "Request on port {Port} refused: the port takes mutual TLS of the mesh alone, and this request came in without it")]
    public static partial void NotMutual(ILogger logger, int port);

    [LoggerMessage(EventId = 4513, EventName = "ServerIsNotGuarded", Level = LogLevel.Warning, Message = "The server {Server} is not Kestrel: it cannot take mutual TLS of the mesh, and requests on ports of mode STRICT are refused. Use Kestrel (WebApplication's default)")]
    public static partial void NotKestrel(ILogger logger, string? server);
}
