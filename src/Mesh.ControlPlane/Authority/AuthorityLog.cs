namespace Mesh.ControlPlane.Authority;

/// <summary>The log messages of the certificate authority.</summary>
internal static partial class AuthorityLog
{
    [LoggerMessage(7000, LogLevel.Information, "A certificate authority for trust domain {TrustDomain} was made: root {Root}, valid until {Until:u}", EventName = "AuthorityMade")]
    public static partial void Made(ILogger logger, string trustDomain, string root, DateTime until);

    [LoggerMessage(7001, LogLevel.Warning, "The certificate authority has no state folder: its keys and tokens end with this process, and every workload must enrol again after a restart. Set MeshControlPlane:StateFolder (--state)", EventName = "KeysInMemory")]
    public static partial void KeysInMemory(ILogger logger);

    [LoggerMessage(7002, LogLevel.Debug, "Issued {Serial} to {Identity} (workload '{Workload}', asked by {Caller}) until {Until:u}", EventName = "CertificateIssued")]
    public static partial void Issued(ILogger logger, string serial, string identity, string workload, string caller, DateTimeOffset until);

    [LoggerMessage(7003, LogLevel.Warning, "A certificate was refused to {Caller}: {Reason}", EventName = "CertificateRefused")]
    public static partial void Refused(ILogger logger, string caller, string reason);

    [LoggerMessage(7004, LogLevel.Information, "A caller at {Remote} was not authenticated: {Reason}", EventName = "CallerNotAuthenticated")]
    public static partial void NotAuthenticated(ILogger logger, string remote, string reason);

    [LoggerMessage(7005, LogLevel.Information, "Root {Root} was added to the bundle of {TrustDomain}; {Issuing} goes on issuing until 'reissue'", EventName = "RootAdded")]
    public static partial void RootAdded(ILogger logger, string root, string trustDomain, string issuing);

    [LoggerMessage(7006, LogLevel.Information, "Root {Root} issues now; {Former} stays in the bundle until it is dropped", EventName = "RootReissued")]
    public static partial void Reissued(ILogger logger, string root, string former);

    [LoggerMessage(7007, LogLevel.Information, "Root {Root} was dropped from the bundle", EventName = "RootDropped")]
    public static partial void RootDropped(ILogger logger, string root);

    [LoggerMessage(7008, LogLevel.Warning, "Root {Root} was dropped by force while {Count} unexpired certificates end in it: their holders are refused from now on until they get new ones ({Identities})", EventName = "RootDroppedByForce")]
    public static partial void RootDroppedByForce(ILogger logger, string root, long count, string identities);

    [LoggerMessage(7009, LogLevel.Information, "Issuer {Issuer} takes over from {Former}; it is valid until {Until:u}", EventName = "IssuerRenewed")]
    public static partial void IssuerRenewed(ILogger logger, string issuer, string former, DateTime until);

    [LoggerMessage(7010, LogLevel.Information, "Certificate {Serial} of {Identity} was revoked: {Reason}", EventName = "CertificateRevoked")]
    public static partial void CertificateRevoked(ILogger logger, string serial, string identity, string reason);

    [LoggerMessage(7011, LogLevel.Information, "Identity {Identity} was revoked with {Count} certificates; it gets no more until it is reinstated: {Reason}", EventName = "IdentityRevoked")]
    public static partial void IdentityRevoked(ILogger logger, string identity, int count, string reason);

    [LoggerMessage(7012, LogLevel.Information, "Identity {Identity} may have certificates again", EventName = "IdentityReinstated")]
    public static partial void IdentityReinstated(ILogger logger, string identity);

    [LoggerMessage(7013, LogLevel.Warning, "The plugged-in authority changed its root to {Root} at once: workloads that have not yet heard of it refuse those that have. {Former} stays in the bundle. Next time add the root first, reissue later (docs/authority.md)", EventName = "RootReplacedAtOnce")]
    public static partial void RootReplacedAtOnce(ILogger logger, string root, string former);

    [LoggerMessage(7014, LogLevel.Warning, "{What} ends at {Until:u}, after {Percent} % of its life nothing has replaced it: {Remedy}", EventName = "AuthorityEnds")]
    public static partial void Ends(ILogger logger, string what, DateTime until, int percent, string remedy);

    [LoggerMessage(7015, LogLevel.Warning, "The bundle of trust domain {TrustDomain} stays as it was: {Reason}", EventName = "FederatedBundleKept")]
    public static partial void FederatedBundleKept(ILogger logger, string trustDomain, string reason);

    [LoggerMessage(7016, LogLevel.Error, "The upkeep of the certificate authority failed; it is tried again in a minute", EventName = "UpkeepFailed")]
    public static partial void UpkeepFailed(ILogger logger, Exception exception);

    [LoggerMessage(7017, LogLevel.Warning, "The Kubernetes API server at {Server} did not review a token: {Reason}", EventName = "TokenReviewFailed")]
    public static partial void TokenReviewFailed(ILogger logger, Uri server, string reason);

    [LoggerMessage(7018, LogLevel.Error, "A certificate for {Identity} was not issued, as it cannot be recorded", EventName = "IssuanceNotRecorded")]
    public static partial void NotRecorded(ILogger logger, string identity, Exception exception);

    [LoggerMessage(7019, LogLevel.Debug, "A certificate was refused to {Caller}, which asks too often", EventName = "CertificateLimited")]
    public static partial void Limited(ILogger logger, string caller);

    [LoggerMessage(7020, LogLevel.Warning, "The default state folder cannot be used, so keys and tokens end with this process: {Reason} Name another by --state", EventName = "DefaultStateUnused")]
    public static partial void DefaultStateUnused(ILogger logger, string reason);
}
