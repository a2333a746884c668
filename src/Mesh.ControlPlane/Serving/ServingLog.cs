using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Serving;

/// <summary>The log messages of serving.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(8500, LogLevel.Debug, "{Client} connected by {Protocol} as stream {Stream} ({UserAgent})", EventName = "XdsConnected")]
    public static partial void Connected(ILogger logger, string client, string protocol, long stream, string userAgent);

    [LoggerMessage(8501, LogLevel.Debug, "{Client} left (stream {Stream})", EventName = "XdsDisconnected")]
    public static partial void Disconnected(ILogger logger, string client, long stream);

    [LoggerMessage(8502, LogLevel.Warning, "{Client} rejected {Type} version {Version} with code {Code} and keeps what it had: {Reason}", EventName = "XdsRejected")]
    public static partial void Rejected(ILogger logger, string client, string type, string version, int code, string reason);

    [LoggerMessage(8503, LogLevel.Warning, "{Client} did not take a {Type} response within {Seconds} s; its stream {Stream} is dropped", EventName = "XdsWriteTimedOut")]
    public static partial void WriteTimedOut(ILogger logger, string client, string type, double seconds, long stream);

    [LoggerMessage(8504, LogLevel.Warning, "The stream of {Client} was refused: {Reason}", EventName = "XdsRefused")]
    public static partial void Refused(ILogger logger, string client, string reason);

    [LoggerMessage(8505, LogLevel.Debug, "{Client} asked for {Type}, which is not served", EventName = "XdsUnknownType")]
    public static partial void UnknownType(ILogger logger, string client, string type);

    [LoggerMessage(8506, LogLevel.Debug, "{Type} version {Version} sent to {Client}: {Held} resources held", EventName = "XdsSent")]
    public static partial void Sent(ILogger logger, string type, string version, string client, int held);

    [LoggerMessage(8507, LogLevel.Debug, "The stream of {Identity} is ended: what proved it was good until {ExpiresAt:O} or is trusted no longer", EventName = "XdsProofEnded")]
    public static partial void ProofEnded(ILogger logger, SpiffeId identity, DateTimeOffset expiresAt);

    [LoggerMessage(8508, LogLevel.Debug, "The stream of {Client} is ended, so that it goes on elsewhere", EventName = "XdsHandedOver")]
    public static partial void HandedOver(ILogger logger, string client);

    [LoggerMessage(8509, LogLevel.Warning, "A client certificate from {Address} was refused: {Reason} ({Detail})", EventName = "XdsCertificateRefused")]
    public static partial void CertificateRefused(ILogger logger, string address, string reason, string? detail);
}
