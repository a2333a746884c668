namespace Mesh.ControlPlane.Kubernetes;

/// <summary>A Kubernetes API server cannot be used; the message says why, and what to do where that is known.</summary>
internal sealed class KubernetesFailure(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>Of the answer; 0 when there was none.</summary>
    public int Code { get; init; }

    /// <summary>Of the answer's <c>Status</c>, such as <c>AlreadyExists</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the server asked to be left alone.</summary>
    public TimeSpan RetryAfter { get; init; }
}
