using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity.Issuing;

/// <summary>What this process asks the mesh's authority for.</summary>
/// <param name="Id">Who it is to be.</param>
/// <param name="WorkloadName">For the authority's log.</param>
/// <param name="Lifetime">The authority may give less.</param>
/// <param name="KeyType">Of every new key.</param>
internal sealed record IssuanceSettings(SpiffeId Id, string WorkloadName, TimeSpan Lifetime, WorkloadKeyType KeyType);
