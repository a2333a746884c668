namespace Mesh.Config;

/// <summary>How bad a finding is.</summary>
internal enum FindingSeverity
{
    /// <summary>Worth knowing; nothing to do.</summary>
    Information,

    /// <summary>Accepted, but probably not what was meant.</summary>
    Warning,

    /// <summary>The resource is rejected.</summary>
    Error,
}
