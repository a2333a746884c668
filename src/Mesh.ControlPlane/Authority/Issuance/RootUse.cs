using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Issuance;

/// <summary>What still rests on a root.</summary>
/// <param name="Certificates">Unexpired ones whose holders are not known to have newer ones.</param>
/// <param name="Untracked">Certificates beyond the index's limit that may be unexpired.</param>
/// <param name="Identities">Of the certificates, sorted.</param>
/// <param name="Until">When the last of them ends.</param>
internal sealed record RootUse(int Certificates, long Untracked, ImmutableArray<string> Identities, DateTimeOffset Until)
{
    public long Total => Certificates + Untracked;
}
