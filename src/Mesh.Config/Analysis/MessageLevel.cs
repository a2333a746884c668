namespace Mesh.Config.Analysis;

/// <summary>How bad a message is; the higher, the worse.</summary>
internal enum MessageLevel
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Probably not what was meant.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}
