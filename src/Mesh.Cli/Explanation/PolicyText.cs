using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Cli.Explanation;

/// <summary>Writes the policies of routes and clusters for people.</summary>
internal static class PolicyText
{
    /// <summary>Retry conditions in the words of <c>retry_on</c>.</summary>
    private static readonly (RetryConditions Condition, string Word)[] RetryWords =
    [
        (RetryConditions.ServerError, "5xx"), (RetryConditions.GatewayError, "gateway-error"), (RetryConditions.Reset, "reset"),
        (RetryConditions.ResetBeforeRequest, "reset-before-request"), (RetryConditions.ConnectFailure, "connect-failure"), (RetryConditions.RateLimited, "envoy-ratelimited"),
        (RetryConditions.Retriable4xx, "retriable-4xx"), (RetryConditions.RefusedStream, "refused-stream"), (RetryConditions.StatusCodes, "retriable-status-codes"),
        (RetryConditions.Headers, "retriable-headers"), (RetryConditions.Http3PostConnectFailure, "http3-post-connect-failure"), (RetryConditions.Cancelled, "cancelled"),
        (RetryConditions.DeadlineExceeded, "deadline-exceeded"), (RetryConditions.Internal, "internal"), (RetryConditions.ResourceExhausted, "resource-exhausted"), (RetryConditions.Unavailable, "unavailable"),
    ];

    public static string Of(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###}ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");

    public static string Of(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");

    public static string Of(RetryPolicy retry)
    {
        var words = RetryWords.Where(entry => retry.Conditions.HasFlag(entry.Condition)).Select(entry => entry.Word);
        var codes = retry.StatusCodes.IsEmpty ? "" : $" ({string.Join(", ", retry.StatusCodes)})";
        var limit = retry.AttemptTimeout is { } time ? $", {Of(time)} for each attempt" : "";
        var pause = $", {Of(retry.BaseInterval)} to {Of(retry.MaxInterval)} apart";
        return $"{retry.MaxRetries}, on {string.Join(',', words)}{codes}{limit}{pause}";
    }

    /// <summary>What may be injected into this request; null when nothing can be.</summary>
    /// <param name="fault">The policy in force.</param>
    /// <param name="request">As it is written.</param>
    /// <param name="cluster">Where it goes.</param>
    public static string? Of(FaultPolicy? fault, HttpRequestMessage request, string cluster)
    {
        if (fault is null or { IsEmpty: true } || (fault.UpstreamCluster is { } only && only != cluster) || !RouteFinder.Hold(fault.Headers, request))
        {
            return null;
        }

        var parts = new List<string>();
        if (fault.Delay is { } delay)
        {
            parts.Add($"{Of(Share(delay.Share))} are held {(delay.Duration is { } time ? Of(time) : "as long as x-envoy-fault-delay-request says")}");
        }

        if (fault.Abort is { } abort)
        {
            var status = abort.GrpcStatus is { } grpc ? $"gRPC status {grpc}" : abort.HttpStatus is { } http ? $"status {http}" : "the status that x-envoy-fault-abort-request says";
            parts.Add($"{Of(Share(abort.Share))} fail with {status}");
        }

        return string.Join(", ", parts);
    }

    public static string Of(HashPolicy hash) => hash.Kind switch
    {
        HashPolicyKind.Header => $"header {hash.Name}",
        HashPolicyKind.Cookie => $"cookie {hash.Name}",
        HashPolicyKind.QueryParameter => $"query parameter {hash.Name}",
        HashPolicyKind.SourceIp => "source address",
        _ => "the client itself",
    };

    public static string Of(LoadBalancingPolicy balancing) => balancing.Kind switch
    {
        LoadBalancingKind.LeastRequest => $"least request of {balancing.ChoiceCount}",
        LoadBalancingKind.RoundRobin => "round robin",
        _ => balancing.Kind.ToString(),
    };

    /// <summary>How a connection is secured.</summary>
    public static string Of(TlsPolicy? security, bool isProved) => security switch
    {
        null => "plaintext",
        { IsMesh: true } => isProved ? "mTLS" : "plaintext, as the client has shown no identity",
        _ => "TLS",
    };

    public static double Share(FaultShare share) => share.Denominator == 0 ? 0 : Math.Min(1, (double)share.Numerator / share.Denominator);
}
