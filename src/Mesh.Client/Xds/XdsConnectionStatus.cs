namespace Mesh.Client.Xds;

/// <summary>How a client stands with its control plane.</summary>
internal enum XdsConnectionStatus
{
    /// <summary>Not started.</summary>
    Idle,

    Connecting,

    /// <summary>The server has accepted the stream.</summary>
    Connected,

    /// <summary>Waits before the next attempt.</summary>
    BackingOff,

    /// <summary>Disposed.</summary>
    Stopped,
}
