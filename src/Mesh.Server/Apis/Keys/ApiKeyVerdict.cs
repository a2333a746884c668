namespace Mesh.Server.Apis.Keys;

/// <summary>What becomes of a request by its key.</summary>
internal enum ApiKeyVerdict
{
    Admitted,
    Missing,

    /// <summary>There is no such key.</summary>
    Unknown,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The consumer is refused everything.</summary>
    Suspended,

    /// <summary>The consumer is good, and not one of those of this API.</summary>
    NotAllowed,
}
