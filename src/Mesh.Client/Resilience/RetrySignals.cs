namespace Mesh.Client.Resilience;

/// <summary>What a call and its response say of retrying besides the status.</summary>
[Flags]
internal enum RetrySignals
{
    None = 0,

    /// <summary>A gRPC call: what has no gRPC status gets the one that gRPC's clients give it.</summary>
    IsGrpc = 1,

    /// <summary>The response carries <c>x-envoy-ratelimited</c>: a limit refused the request before the application saw it.</summary>
    IsRateLimited = 2,

    /// <summary>The response meets one of the policy's header conditions.</summary>
    HasRetriableHeader = 4,
}
