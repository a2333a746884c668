namespace Mesh.Client.Model;

/// <summary>What one attempt came to: it is all that balancing, health and retries learn of it.</summary>
/// <param name="HttpStatus">Of the response; 0 when there was none.</param>
/// <param name="GrpcStatus">Of a gRPC response, from its headers or trailers; -1 when there was none.</param>
/// <param name="LocalOrigin">Why there was no response, or not a whole one.</param>
/// <param name="Latency">From the start of the attempt to its response headers, or to its failure.</param>
internal readonly record struct AttemptOutcome(int HttpStatus, int GrpcStatus, LocalOrigin LocalOrigin, TimeSpan Latency)
{
    public const int NoGrpcStatus = -1;
}
