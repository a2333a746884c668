using System.Globalization;
using Mesh.Client.Pipeline.Responses;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Client.Pipeline;

/// <summary>Tells the callee how much time it has: <c>grpc-timeout</c> for gRPC, <c>x-envoy-expected-rq-timeout-ms</c> for the rest of HTTP.</summary>
internal static class DeadlineHeaders
{
    public const string ExpectedTimeout = "x-envoy-expected-rq-timeout-ms";
    public const string GrpcTimeout = "grpc-timeout";

    /// <summary>Writes them for one attempt; what they replace is given back and put back by <see cref="Withdraw"/>.</summary>
    /// <param name="request">As it goes over the wire.</param>
    /// <param name="remaining">Of the whole call or of this attempt, the shorter one (Envoy, FilterUtility::setTimeoutHeaders); null for no limit.</param>
    public static WrittenDeadline Write(HttpRequestMessage request, TimeSpan? remaining)
    {
        if (remaining is not { } limit || IsUpgrade(request))
        {
            return default;
        }

        return GrpcRequest.Is(request)
            ? WriteGrpc(request, limit)
            : Replace(request, ExpectedTimeout, Milliseconds(limit).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Makes the request what it was; the application may look at it, or send it again.</summary>
    public static void Withdraw(HttpRequestMessage request, WrittenDeadline written)
    {
        if (written.Name is not { } name)
        {
            return;
        }

        request.Headers.Remove(name);
        if (written.Before is { } before)
        {
            request.Headers.TryAddWithoutValidation(name, before);
        }
    }

    /// <summary>gRPC clients set their own deadline: it is only ever lowered.</summary>
    private static WrittenDeadline WriteGrpc(HttpRequestMessage request, TimeSpan limit) =>
        request.Headers.NonValidated.TryGetValues(GrpcTimeout, out var own) && TimeoutText.TryParse(own.ToString(), out var asked) && asked <= limit
            ? default
            : Replace(request, GrpcTimeout, TimeoutText.Encode(limit));

    private static WrittenDeadline Replace(HttpRequestMessage request, string name, string value)
    {
        string? before = null;
        if (request.Headers.NonValidated.TryGetValues(name, out var own))
        {
            before = own.ToString();
            request.Headers.Remove(name);
        }

        request.Headers.TryAddWithoutValidation(name, value);
        return new WrittenDeadline(name, before);
    }

    // Begun milliseconds count, as in Envoy; zero would mean no limit.
    private static long Milliseconds(TimeSpan limit) => Math.Max(1, (limit.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);

    /// <summary>A connection that is taken over lives as long as its users like.</summary>
    private static bool IsUpgrade(HttpRequestMessage request) =>
        request.Headers.NonValidated.Contains("Upgrade") || request.Method == HttpMethod.Connect;
}
