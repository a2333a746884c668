namespace Mesh.Client.Xds;

/// <summary>The connection to the control plane at one moment.</summary>
/// <param name="Status">What is going on.</param>
/// <param name="Since">When it began.</param>
internal sealed record XdsConnectionState(XdsConnectionStatus Status, DateTimeOffset Since)
{
    /// <summary>The server it is about.</summary>
    public XdsServer? Server { get; init; }

    /// <summary>The form of the protocol in use.</summary>
    public XdsProtocol Protocol { get; init; }

    /// <summary>Whether any server has ever accepted a stream.</summary>
    public bool EverConnected { get; init; }

    /// <summary>When <see cref="XdsConnectionStatus.BackingOff"/>: the time of the next attempt.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Why the last stream ended; null while all is well.</summary>
    public string? LastError { get; init; }
}
