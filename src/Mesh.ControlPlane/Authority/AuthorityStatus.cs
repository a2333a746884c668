using System.Collections.Immutable;
using Mesh.ControlPlane.Authority.Revocation;

namespace Mesh.ControlPlane.Authority;

/// <summary>The certificate authority as people see it.</summary>
/// <param name="TrustDomain">Of every identity it issues.</param>
/// <param name="IsDurable">Whether its keys outlive the process.</param>
/// <param name="Roots">In the order of the bundle.</param>
/// <param name="IssuerSubject">Of the intermediate that issues.</param>
/// <param name="IssuerNotAfter">The intermediate's end.</param>
/// <param name="Unexpired">How many certificates are remembered.</param>
/// <param name="RevokedCertificates">The denylist.</param>
/// <param name="RevokedIdentities">Who gets no certificates.</param>
/// <param name="FederatedTrustDomains">Whose bundles are known besides.</param>
internal sealed record AuthorityStatus(
    string TrustDomain,
    bool IsDurable,
    ImmutableArray<RootStatus> Roots,
    string IssuerSubject,
    DateTimeOffset IssuerNotAfter,
    int Unexpired,
    ImmutableArray<RevokedCertificate> RevokedCertificates,
    ImmutableArray<RevokedIdentity> RevokedIdentities,
    ImmutableArray<string> FederatedTrustDomains);
