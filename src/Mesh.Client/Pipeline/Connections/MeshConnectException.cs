namespace Mesh.Client;

/// <summary>The mesh did not open a connection: it has no route for it, refuses it, or no endpoint accepted it. The message says what to do.</summary>
public sealed class MeshConnectException : IOException
{
    /// <summary>Without response flags.</summary>
    public MeshConnectException()
    {
    }

    /// <summary>Without response flags.</summary>
    /// <param name="message">What happened.</param>
    public MeshConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Without response flags.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public MeshConnectException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal MeshConnectException(string message, string responseFlags, Exception? innerException = null)
        : base(message, innerException)
    {
        ResponseFlags = responseFlags;
    }

    /// <summary>
    /// Envoy's letters for the reason: <c>NR</c> no route, <c>NC</c> no cluster or no usable configuration, <c>UH</c> no endpoint that takes connections,
    /// <c>UF</c> no endpoint accepted, <c>UO</c> a limit was reached, <c>DO</c> dropped on the control plane's order, <c>-</c> otherwise.
    /// </summary>
    public string ResponseFlags { get; } = Telemetry.ResponseFlags.None;
}
