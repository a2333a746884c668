namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>A file before and after a scan; null where it did not or does not exist.</summary>
internal readonly record struct ConfigFileChange(ConfigFile? Before, ConfigFile? After);
