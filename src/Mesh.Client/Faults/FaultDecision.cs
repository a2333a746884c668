namespace Mesh.Client.Faults;

/// <summary>The faults of one request.</summary>
/// <param name="Delay">How long to hold it first; zero not at all. Whoever holds it tells the injector when that is over.</param>
/// <param name="HttpStatus">The status to fail with then; zero lets it go on.</param>
/// <param name="GrpcStatus">Set when it is a gRPC status that was asked for.</param>
internal readonly record struct FaultDecision(TimeSpan Delay, int HttpStatus, int? GrpcStatus)
{
    public bool IsDelay => Delay > TimeSpan.Zero;

    public bool IsAbort => HttpStatus != 0;
}
