namespace Mesh.ControlPlane.Storage;

/// <summary>The state of the control plane cannot be used; the message says what to do.</summary>
internal sealed class StateException(string message, Exception? innerException = null) : IOException(message, innerException);
