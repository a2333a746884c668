using Mesh.Client.Identity;
using Mesh.Client.Identity.Documents;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>Seals with the workload's certificate of the mesh (CMS): what another workload signed, or nobody, is not believed.</summary>
/// <param name="identity">Signs, and says whom to believe.</param>
/// <param name="owner">Who must have signed.</param>
internal sealed class IdentitySeal(IWorkloadIdentity identity, SpiffeId owner) : ISnapshotSeal
{
    public const string Kind = "mesh.configuration.v1";

    public byte[]? Seal(byte[] content, DateTimeOffset now) =>
        identity.Current is { } svid ? SealedDocument.Seal(content, Kind, svid.Leaf, svid.Context.IntermediateCertificates, now) : null;

    public OpenedDocument Open(byte[] sealedContent, TimeSpan maxAge, DateTimeOffset now) =>
        SealedDocument.Open(sealedContent, Kind, identity.Current?.Id ?? owner, identity.Bundles, maxAge, now);
}
