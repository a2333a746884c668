namespace Mesh.Client.Model;

/// <summary>What makes an attempt worth repeating: the tokens of Envoy's and gRPC's <c>retry_on</c>.</summary>
[Flags]
internal enum RetryConditions
{
    None = 0,

    /// <summary>Any 5xx, and no response at all (<c>5xx</c>).</summary>
    ServerError = 1 << 0,

    /// <summary>502, 503, 504, and no response at all (<c>gateway-error</c>).</summary>
    GatewayError = 1 << 1,

    /// <summary>No response at all (<c>reset</c>).</summary>
    Reset = 1 << 2,

    /// <summary>No response, and nothing of the request was sent (<c>reset-before-request</c>).</summary>
    ResetBeforeRequest = 1 << 3,

    /// <summary>The connection could not be opened (<c>connect-failure</c>).</summary>
    ConnectFailure = 1 << 4,

    /// <summary>Responses that carry <c>x-envoy-ratelimited</c>; without this they are never repeated (<c>envoy-ratelimited</c>).</summary>
    RateLimited = 1 << 5,

    /// <summary>409, and nothing else (<c>retriable-4xx</c>).</summary>
    Retriable4xx = 1 << 6,

    /// <summary>The endpoint says that it has not processed the request (<c>refused-stream</c>).</summary>
    RefusedStream = 1 << 7,

    /// <summary>The statuses of <see cref="RetryPolicy.StatusCodes"/> (<c>retriable-status-codes</c>).</summary>
    StatusCodes = 1 << 8,

    /// <summary>Responses that meet one of <see cref="RetryPolicy.ResponseHeaders"/> (<c>retriable-headers</c>).</summary>
    Headers = 1 << 9,

    /// <summary>Known, and without effect: the mesh does not speak HTTP/3 (<c>http3-post-connect-failure</c>).</summary>
    Http3PostConnectFailure = 1 << 10,

    /// <summary>gRPC status 1.</summary>
    Cancelled = 1 << 11,

    /// <summary>gRPC status 4.</summary>
    DeadlineExceeded = 1 << 12,

    /// <summary>gRPC status 13.</summary>
    Internal = 1 << 13,

    /// <summary>gRPC status 8.</summary>
    ResourceExhausted = 1 << 14,

    /// <summary>gRPC status 14.</summary>
    Unavailable = 1 << 15,

    /// <summary>The conditions on gRPC statuses.</summary>
    AnyGrpcStatus = Cancelled | DeadlineExceeded | Internal | ResourceExhausted | Unavailable,
}
