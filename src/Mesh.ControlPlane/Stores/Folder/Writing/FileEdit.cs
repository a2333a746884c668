using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>What is to become of one file.</summary>
/// <param name="Path">Relative to the folder.</param>
/// <param name="Before">Null for a new file.</param>
/// <param name="Content">Null: it goes.</param>
/// <param name="After">What the file then is; null when it goes.</param>
/// <param name="Raw">The resource as it then stands there; null when it goes, or nothing of the file changes.</param>
internal sealed record FileEdit(string Path, ConfigFile? Before, byte[]? Content, ConfigFile? After, Resource? Raw)
{
    /// <summary>Nothing but what the store keeps beside the files changes.</summary>
    public bool IsOfStateOnly { get; init; }
}
