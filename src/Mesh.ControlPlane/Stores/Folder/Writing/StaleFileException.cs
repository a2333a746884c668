namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>A file is not what it was when the write was worked out.</summary>
internal sealed class StaleFileException(string path) : IOException($"{path} was changed by somebody else at the same moment.");
