using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>The denylist as it is stored.</summary>
internal sealed record DenylistDocument(int Version, ImmutableArray<RevokedCertificate> Certificates, ImmutableArray<RevokedIdentity> Identities);
