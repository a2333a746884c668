using System.Collections.Immutable;
using Mesh.Client.Xds.Decoders.Secrets;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Xds.Resources;

/// <summary>Follows the roots of the mesh as the control plane tells them; what was good last stays.</summary>
internal sealed class TrustAssembler(ResourceTables tables, SecretAssembler secrets)
{
    private TrustResource? _seen;

    public ImmutableArray<TrustBundle> Current => _seen?.Bundles ?? [];

    /// <summary>Whether <see cref="Current"/> changed.</summary>
    public bool Update(bool isFollowed)
    {
        tables.Secrets.Need([.. isFollowed ? [SecretDecoder.RootsName] : Array.Empty<string>(), .. secrets.Names]);
        if (tables.Secrets.Find(SecretDecoder.RootsName)?.Value is not { } known || ReferenceEquals(known, _seen))
        {
            return false;
        }

        _seen = known;
        return true;
    }
}
