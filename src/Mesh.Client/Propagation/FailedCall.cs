namespace Mesh.Client.Propagation;

/// <summary>A call that has failed, as far as its repetitions must know.</summary>
/// <param name="Status">HTTP status that its caller was told.</param>
/// <param name="GrpcStatus">What it was told if the call was gRPC.</param>
/// <param name="IsFinal">A callee further on has spent its retries on it: it is not to be sent again.</param>
/// <param name="Time">When, as a timestamp.</param>
internal sealed record FailedCall(int Status, int GrpcStatus, bool IsFinal, long Time)
{
    /// <summary>Method and address, by which a new message for the same call is known.</summary>
    public string? Target { get; init; }
}
