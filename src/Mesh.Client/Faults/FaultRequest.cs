namespace Mesh.Client.Faults;

/// <summary>The faults that a request asks for by itself, where it may; null is what it does not say (Envoy's <c>x-envoy-fault-*</c>).</summary>
/// <param name="Delay">How long it wants to be held.</param>
/// <param name="DelayShare">The numerator of the share of such requests to be held.</param>
/// <param name="HttpStatus">The HTTP status it wants to fail with.</param>
/// <param name="GrpcStatus">The gRPC status it wants to fail with; an HTTP status goes before.</param>
/// <param name="AbortShare">The numerator of the share of such requests to fail.</param>
internal readonly record struct FaultRequest(TimeSpan? Delay, uint? DelayShare, int? HttpStatus, int? GrpcStatus, uint? AbortShare);
