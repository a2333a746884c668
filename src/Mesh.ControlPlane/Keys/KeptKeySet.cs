namespace Mesh.ControlPlane.Keys;

/// <summary>A key set as it is kept over a restart.</summary>
/// <param name="Uri">Where it was found.</param>
/// <param name="IsDiscovery">Whether that is the issuer's document.</param>
/// <param name="Keys">As the issuer sent them.</param>
/// <param name="FetchedAt">When the issuer last said so.</param>
internal sealed record KeptKeySet(string Uri, bool IsDiscovery, string Keys, DateTimeOffset FetchedAt)
{
    public KeyLocation Location => new(Uri, IsDiscovery);
}
