using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity;

/// <summary>Log messages of the identity of this process; never a key, never a token.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(4000, LogLevel.Information, "Certificate {Serial} of {Id} is in use until {NotAfter:u}; the next one is asked for at {RenewAt:u}.", EventName = "CertificateObtained")]
    public static partial void Obtained(ILogger logger, string serial, string id, DateTimeOffset notAfter, DateTimeOffset renewAt);

    [LoggerMessage(4001, LogLevel.Warning, "{Id} has no certificate yet: {Reason}. Asked again in {Pause}.", EventName = "NotEnrolled")]
    public static partial void NotEnrolled(ILogger logger, string id, string reason, TimeSpan pause);

    [LoggerMessage(4002, LogLevel.Debug, "The certificate of {Id} could not be renewed: {Reason}. Tried again in {Pause}.", EventName = "RenewalFailed")]
    public static partial void RenewalFailed(ILogger logger, string id, string reason, TimeSpan pause);

    [LoggerMessage(4003, LogLevel.Warning, "The certificate of {Id} ends at {NotAfter:u}, {Left:0} % of its life is left, and it could not be renewed: {Reason}", EventName = "RenewalLate")]
    public static partial void RenewalLate(ILogger logger, string id, DateTimeOffset notAfter, double left, string reason);

    [LoggerMessage(4004, LogLevel.Error, "The certificate of {Id} ends at {NotAfter:u}, only {Left:0} % of its life is left, and it could not be renewed: {Reason}", EventName = "RenewalUrgent")]
    public static partial void RenewalUrgent(ILogger logger, string id, DateTimeOffset notAfter, double left, string reason);

    [LoggerMessage(4005, LogLevel.Error, "The certificate of {Id} has expired at {NotAfter:u}; connections that need it fail until it is renewed: {Reason}", EventName = "CertificateExpired")]
    public static partial void Expired(ILogger logger, string id, DateTimeOffset notAfter, string reason);

    [LoggerMessage(4006, LogLevel.Information, "The mesh believes {Roots} roots of {TrustDomains} trust domains now.", EventName = "TrustChanged")]
    public static partial void TrustChanged(ILogger logger, int roots, int trustDomains);

    [LoggerMessage(4007, LogLevel.Information, "The mesh issues from another root now: {Id} asks for a new certificate at {RenewAt:u}.", EventName = "RootReplaced")]
    public static partial void RootReplaced(ILogger logger, string id, DateTimeOffset renewAt);

    [LoggerMessage(4008, LogLevel.Warning, "The control plane at {Address} is not believed: {Reason}", EventName = "ControlPlaneRefused")]
    public static partial void ControlPlaneRefused(ILogger logger, Uri address, string reason);

    [LoggerMessage(4009, LogLevel.Warning, "The certificates in files cannot be used: {Reason} The ones before them stay in use while they are valid.", EventName = "FilesRefused")]
    public static partial void FilesRefused(ILogger logger, string reason);

    [LoggerMessage(4011, LogLevel.Warning, "The identity kept in {File} is not used: {Reason}", EventName = "KeptIdentityIgnored")]
    public static partial void KeptIdentityIgnored(ILogger logger, string file, string reason);

    [LoggerMessage(4012, LogLevel.Warning, "The identity cannot be kept in {File}: {Reason}. A process that starts while the authority is away has none", EventName = "IdentityNotKept")]
    public static partial void IdentityNotKept(ILogger logger, string file, string reason);

    [LoggerMessage(4010, LogLevel.Error, "Renewal of the certificate of {Id} failed in a way nobody expected; it is tried again.", EventName = "RotationFailed")]
    public static partial void RotationFailed(ILogger logger, string id, Exception exception);

    [LoggerMessage(4013, LogLevel.Debug, "{Host} was not resolved ({Reason}): the addresses at which it was reached last are tried", EventName = "NameNotResolved")]
    public static partial void NameNotResolved(ILogger logger, string host, string reason);
}
