namespace Mesh.Config.Stores;

/// <summary>Why a store refuses a write.</summary>
internal enum WriteRefusal
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>The store is written by somebody else, such as a Git checkout (HTTP 403).</summary>
    ReadOnly,

    /// <summary>The namespace has as many resources as it may (HTTP 403, as a quota of Kubernetes).</summary>
    TooMany,

    /// <summary>The resource is larger than the store takes (HTTP 413).</summary>
    TooLarge,

    /// <summary>Where the resource stands is broken and has to be repaired by hand first (HTTP 409).</summary>
    Broken,

    /// <summary>The store cannot write now: disk full, no rights, database away (HTTP 503).</summary>
    Unavailable,
}
