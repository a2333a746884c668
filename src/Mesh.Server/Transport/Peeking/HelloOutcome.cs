namespace Mesh.Server.Transport.Peeking;

/// <summary>How far the reading of a ClientHello came.</summary>
internal enum HelloOutcome
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>It was read to its end.</summary>
    Complete,

    /// <summary>It is none, or one that breaks the rules of TLS or the limit of its length.</summary>
    Malformed,
}
