namespace Mesh.Client.Model;

/// <summary>Holds a share of the requests.</summary>
/// <param name="Duration">Null when the request says it: <c>x-envoy-fault-delay-request</c>.</param>
/// <param name="Share">How many requests; the most that a request can ask for where it says the duration.</param>
internal sealed record FaultDelay(TimeSpan? Duration, FaultShare Share);
