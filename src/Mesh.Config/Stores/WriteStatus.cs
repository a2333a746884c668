namespace Mesh.Config.Stores;

/// <summary>How a write ended.</summary>
internal enum WriteStatus
{
    /// <summary>It is durable, and the snapshot of this process has it.</summary>
    Done,

    /// <summary>The content is what it was: no new version, no change announced.</summary>
    Unchanged,

    /// <summary>The resource is not the one that the writer has seen.</summary>
    Conflict,

    /// <summary>Nothing was there to remove.</summary>
    Absent,

    /// <summary>The store is full, read-only or away; the message says which.</summary>
    Refused,

    /// <summary>The store cannot tell whether it was written: read the resource before trying again.</summary>
    Unknown,
}
