using Mesh.Client.Xds.Resources.Rules;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Log messages of the xDS client.</summary>
internal static partial class XdsClientLog
{
    [LoggerMessage(1000, LogLevel.Information, "Connected to the control plane {Server} ({Protocol})", EventName = "XdsConnected")]
    public static partial void Connected(ILogger logger, XdsServer? server, XdsProtocol protocol);

    [LoggerMessage(1001, LogLevel.Warning, "The control plane {Server} cannot be used: {Reason}. The last configuration stays in force; attempts go on", EventName = "XdsDisconnected")]
    public static partial void Disconnected(ILogger logger, XdsServer? server, string reason);

    [LoggerMessage(1002, LogLevel.Debug, "Attempt {Attempt} at the control plane {Server} failed: {Reason}; next in {Delay}", EventName = "XdsAttemptFailed")]
    public static partial void AttemptFailed(ILogger logger, int attempt, XdsServer? server, string reason, TimeSpan delay);

    [LoggerMessage(1003, LogLevel.Information, "The control plane {Server} ended the stream ({Reason}); connecting again", EventName = "XdsStreamEnded")]
    public static partial void StreamEnded(ILogger logger, XdsServer? server, string reason);

    [LoggerMessage(1004, LogLevel.Information, "The control plane {Server} does not speak delta xDS; using the state-of-the-world form", EventName = "XdsDeltaUnsupported")]
    public static partial void DeltaUnsupported(ILogger logger, XdsServer? server);

    [LoggerMessage(1005, LogLevel.Error, "The xDS bootstrap cannot be used: {Reason}", EventName = "XdsBootstrapInvalid")]
    public static partial void BootstrapInvalid(ILogger logger, string reason);

    [LoggerMessage(1006, LogLevel.Information, "The preferred control plane {Server} answers again and is the one in use", EventName = "XdsReturned")]
    public static partial void Returned(ILogger logger, XdsServer? server);

    [LoggerMessage(1010, LogLevel.Warning, "{Type} {Name} was rejected: {Reason} (an earlier version stays in force: {HasEarlier})", EventName = "XdsResourceRejected")]
    public static partial void ResourceRejected(ILogger logger, string type, string name, string reason, bool hasEarlier);

    [LoggerMessage(1011, LogLevel.Warning, "{Type} {Name} is still in use but the control plane removed it; its last version stays in force", EventName = "XdsResourceRemoved")]
    public static partial void ResourceRemoved(ILogger logger, string type, string name);

    [LoggerMessage(1012, LogLevel.Information, "{Type} {Name} was not sent in time and counts as {Silence}", EventName = "XdsResourceTimedOut")]
    public static partial void ResourceTimedOut(ILogger logger, string type, string name, Silence silence);

    [LoggerMessage(1014, LogLevel.Warning, "{Host} was not resolved: {Reason}; its {Known} known addresses stay in use, attempts go on", EventName = "XdsHostNotResolved")]
    public static partial void HostNotResolved(ILogger logger, string host, string reason, int known);

    [LoggerMessage(1013, LogLevel.Debug, "A response of the unknown type {Type} was ignored", EventName = "XdsUnknownType")]
    public static partial void UnknownType(ILogger logger, string type);

    [LoggerMessage(1015, LogLevel.Warning, "A response with {Type} was refused: {Reason}. What is held stays in force", EventName = "XdsResponseRefused")]
    public static partial void ResponseRefused(ILogger logger, string type, string reason);

    [LoggerMessage(1040, LogLevel.Warning, "{Cluster} was to lose {Missing} of {Before} endpoints at once: it keeps them for {HoldTime} at most, or until they take no connections (Mesh:Fallback:Guard)", EventName = "ShrinkHeld")]
    public static partial void ShrinkHeld(ILogger logger, string cluster, int missing, int before, TimeSpan holdTime);

    [LoggerMessage(1041, LogLevel.Information, "The loss of endpoints of {Cluster} is followed: {Reason}", EventName = "ShrinkFollowed")]
    public static partial void ShrinkFollowed(ILogger logger, string cluster, string reason);

    [LoggerMessage(1042, LogLevel.Warning, "{Missing} of {Before} {Type} were removed at once: they stay in force for {HoldTime} at most (Mesh:Fallback:Guard)", EventName = "RemovalHeld")]
    public static partial void RemovalHeld(ILogger logger, int missing, int before, string type, TimeSpan holdTime);

    [LoggerMessage(1043, LogLevel.Information, "The removal of {Type} {Name} is followed: its time is over", EventName = "RemovalFollowed")]
    public static partial void RemovalFollowed(ILogger logger, string type, string name);

    [LoggerMessage(1007, LogLevel.Information, "The control plane offers version {Offered} of the store, and {Seen} was seen before: it is behind the others, and not followed", EventName = "XdsStaleServer")]
    public static partial void StaleServer(ILogger logger, long offered, long seen);

    [LoggerMessage(1008, LogLevel.Warning, "The store was set back from version {Seen} to {Offered}, and is followed", EventName = "XdsStoreSetBack")]
    public static partial void StoreSetBack(ILogger logger, long offered, long seen);

    [LoggerMessage(1020, LogLevel.Debug, "{Authority} is {Status}: {Reason}", EventName = "XdsDestinationChanged")]
    public static partial void DestinationChanged(ILogger logger, string authority, Model.DestinationStatus status, string? reason);

    [LoggerMessage(1021, LogLevel.Debug, "{Authority} is no longer subscribed to: the limit of {Limit} is reached", EventName = "XdsSubscriptionEvicted")]
    public static partial void SubscriptionEvicted(ILogger logger, string authority, int limit);

    [LoggerMessage(1022, LogLevel.Error, "A step of the xDS client failed; the configuration so far stays in force", EventName = "XdsStepFailed")]
    public static partial void StepFailed(ILogger logger, Exception exception);

    [LoggerMessage(1032, LogLevel.Debug, "The control plane was not told of an unknown key of {Issuer}: {Error}", EventName = "XdsUnknownKeyUnreported")]
    public static partial void UnknownKeyUnreported(ILogger logger, string issuer, string error);

    [LoggerMessage(1031, LogLevel.Debug, "No second channel to {Server} now: {Error}", EventName = "XdsNotOpenedBeside")]
    public static partial void NotOpenedBeside(ILogger logger, XdsServer? server, string error);

    [LoggerMessage(1030, LogLevel.Warning, "Quotas cannot be reported, the last shares stay in force: {Error}", EventName = "XdsQuotasUnreported")]
    public static partial void QuotasUnreported(ILogger logger, string error);

    [LoggerMessage(1033, LogLevel.Debug, "The stream of {Stream} beside discovery ended: {Error}", EventName = "XdsBesideEnded")]
    public static partial void BesideEnded(ILogger logger, string stream, string error);
}
