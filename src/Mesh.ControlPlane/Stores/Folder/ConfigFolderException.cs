namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>The configuration folder cannot be used at all; the message says what to do.</summary>
internal sealed class ConfigFolderException(string message, Exception? innerException = null) : IOException(message, innerException);
