namespace Mesh.Client.Fallback;

/// <summary>What the calls of this process follow now, the best first.</summary>
internal enum FallbackRung
{
    /// <summary>A control plane that answers.</summary>
    Live,

    /// <summary>What a control plane said last, in memory.</summary>
    LastKnownGood,

    /// <summary>What an earlier process of this workload left on disk.</summary>
    Snapshot,

    /// <summary>Endpoints that the application's own configuration declares.</summary>
    Declared,

    /// <summary>DNS, as if there were no mesh.</summary>
    Direct,

    /// <summary>Nothing: requests wait, or fail with a reason.</summary>
    None,
}
