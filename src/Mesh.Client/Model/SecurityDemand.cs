namespace Mesh.Client.Model;

/// <summary>How much of a cluster's traffic may not be plaintext; a higher one is the stronger demand (decision 0011).</summary>
internal enum SecurityDemand
{
    None,

    /// <summary>Of the endpoints that say they can (auto mTLS).</summary>
    OfSomeEndpoints,

    OfAllEndpoints,
}
