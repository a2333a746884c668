namespace Mesh.Client.Model;

/// <summary>The control plane's answer to the question for a secret.</summary>
/// <param name="Value">The newest one that could be read; null for none.</param>
/// <param name="Problem">Why there is none; null when there is one, or when this client is not given it.</param>
internal sealed record DeliveredSecret(TlsSecret? Value, string? Problem)
{
    /// <summary>There is none yet: it is still on its way.</summary>
    public static DeliveredSecret Awaited { get; } = new(null, null) { IsAwaited = true };

    public bool IsAwaited { get; private init; }
}
